# cmake -DFROM=config/dialects -DTO=ready_dialects.cpp -P: the files as one C++ array.
file(GLOB files ${FROM}/*.yaml)
list(SORT files)
set(entries)
foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} text)
    string(APPEND entries "    {\"${name}\", R\"yaml(${text})yaml\"},\n")
endforeach()
file(WRITE ${TO} "#include \"config/dialects.h\"\n
#include <array>\n
namespace parley::config {\n
std::span<const ReadyDialect> ready_dialects() {
    static constexpr auto all = std::to_array<ReadyDialect>({
${entries}    });
    return all;
}\n
}  // namespace parley::config\n")
