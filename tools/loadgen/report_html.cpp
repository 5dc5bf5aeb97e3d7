#include "tools/loadgen/results.h"
namespace parley::loadgen {
std::string report_html(const Results&) { return ""; }
}
