#pragma once
// How the report looks, in light and in dark, and the few lines that make its tips follow the
// pointer. Without scripts the browser shows the same tips itself.

#include <string_view>

namespace parley::loadgen {

inline constexpr std::string_view report_css = R"css(
:root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --ink: #16202c; --soft: #5b6776;
  --rule: #e3e7ec; --good: #14804a; --bad: #c4283c; --warn: #a15c00;
  --c1: #2563c9; --c2: #0f8f83; --c3: #8646c8; --c4: #d4572b; --c5: #8a94a2; }
@media (prefers-color-scheme: dark) { :root { --page: #10151b; --card: #19212a; --ink: #e8edf3;
  --soft: #9aa7b5; --rule: #2a3541; --good: #4cc38a; --bad: #ff6b7d; --warn: #f0b65a;
  --c1: #6aa5ff; --c2: #3fc7b8; --c3: #bd8cff; --c4: #ff8f66; --c5: #7f8b99; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 28px 20px 48px; }
header { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: baseline; }
h1 { font-size: 26px; line-height: 1.2; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 16px; margin: 0; }
.quiet, .legend, .note { color: var(--soft); }
.note { margin: 2px 0 8px; font-size: 13.5px; max-width: 62em; }
.verdict { margin-left: auto; padding: 4px 14px; border-radius: 999px; font-weight: 600;
  border: 1.5px solid currentColor; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.complaint { border-left: 4px solid var(--bad); padding: 10px 14px; margin: 16px 0 0;
  background: var(--card); border-radius: 0 8px 8px 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px;
  margin: 20px 0 12px; }
.tile, section { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; }
.tile { padding: 12px 16px; }
.tile b { display: block; font-size: 25px; font-weight: 650; line-height: 1.25;
  font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.tile span { color: var(--soft); font-size: 13px; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr));
  gap: 12px; }
section { padding: 16px 18px; min-width: 0; }
section.wide { grid-column: 1 / -1; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
svg .grid { stroke: var(--rule); stroke-width: 1; }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.thin { stroke-width: 1.2; } .line.dashed { stroke-dasharray: 5 4; stroke-width: 1.6; }
.area { stroke: none; opacity: 0.14; }
.line.c1 { stroke: var(--c1); } .area.c1 { fill: var(--c1); }
.line.c2 { stroke: var(--c2); } .area.c2 { fill: var(--c2); }
.line.c3 { stroke: var(--c3); } .area.c3 { fill: var(--c3); }
.line.c4 { stroke: var(--c4); } .area.c4 { fill: var(--c4); }
.line.c5 { stroke: var(--c5); } .area.c5 { fill: var(--c5); }
.tip { fill: var(--ink); opacity: 0; } .tip:hover { opacity: 0.07; }
.legend { margin: 0 0 4px; font-size: 13px; } .legend span { margin-right: 16px;
  white-space: nowrap; }
.swatch { display: inline-block; width: 18px; height: 0; border-top: 3px solid; margin-right: 6px;
  vertical-align: middle; } .swatch.dashed { border-top-style: dashed; border-top-width: 2px; }
.swatch.c1 { border-color: var(--c1); } .swatch.c2 { border-color: var(--c2); }
.swatch.c3 { border-color: var(--c3); } .swatch.c4 { border-color: var(--c4); }
.swatch.c5 { border-color: var(--c5); }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; color: var(--soft); font-weight: 500; font-size: 13px; }
th, td { padding: 6px 14px 6px 0; border-top: 1px solid var(--rule); vertical-align: top; }
tr:first-child th { border-top: 0; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.v { overflow-wrap: anywhere; }
.bar { height: 8px; border-radius: 4px; background: var(--c4); min-width: 2px; margin-top: 6px; }
.bar.c2 { background: var(--c2); }
.scroll { overflow-x: auto; }
footer { margin-top: 18px; color: var(--soft); font-size: 13px; }
#tip { position: fixed; pointer-events: none; background: var(--ink); color: var(--card);
  padding: 6px 10px; border-radius: 6px; font-size: 12.5px; white-space: pre; display: none;
  z-index: 2; font-variant-numeric: tabular-nums; }
@media print { body { background: none; } section, .tile { break-inside: avoid; } }
)css";

// Neither < nor & in it, so that the page is XML as well.
inline constexpr std::string_view report_script = R"js(
(function () {
  var box = document.getElementById('tip');
  document.querySelectorAll('rect.tip').forEach(function (stretch) {
    var title = stretch.querySelector('title');
    var words = title.textContent;
    title.remove();
    stretch.addEventListener('mousemove', function (pointer) {
      box.textContent = words;
      box.style.display = 'block';
      var room = window.innerWidth - box.offsetWidth - 8;
      box.style.left = Math.max(8, Math.min(pointer.clientX + 14, room)) + 'px';
      box.style.top = (pointer.clientY + 14) + 'px';
    });
    stretch.addEventListener('mouseleave', function () { box.style.display = 'none'; });
  });
})();
)js";

}  // namespace parley::loadgen
