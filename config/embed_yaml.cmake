# cmake -DFROM=config/dialects -DTO=ready.cpp -DHEADER=config/dialects.h -DSPACE=parley::config
# -DTYPE=ReadyDialect -DFUNCTION=ready_dialects -P: the files of a folder as one C++ array.
file(GLOB files ${FROM}/*.yaml)
list(SORT files)
set(entries)
foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} text)
    string(APPEND entries "    {\"${name}\", R\"yaml(${text})yaml\"},\n")
endforeach()
file(WRITE ${TO} "#include \"${HEADER}\"\n
#include <array>\n
namespace ${SPACE} {\n
std::span<const ${TYPE}> ${FUNCTION}() {
    static constexpr auto all = std::to_array<${TYPE}>({
${entries}    });
    return all;
}\n
}  // namespace ${SPACE}\n")
