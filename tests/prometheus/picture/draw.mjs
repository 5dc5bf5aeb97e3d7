// Draws a dashboard of ours as Grafana would show it, as SVG, from a Prometheus' data: each panel's own
// queries, unit, thresholds, mappings and legend. For the picture in docs/, since a Grafana is not
// always at hand. Knows what our overview uses: stat, timeseries and state-timeline.

import { format, ticks } from './units.mjs';

const colours = {
    page: '#111217', panel: '#181b1f', line: '#2c3038', grid: '#2a2e35', text: '#ccccdc', dim: '#8e8e9c',
    green: '#73bf69', orange: '#ff9830', red: '#f2495c',
};
const palette = ['#73bf69', '#f2cc0c', '#8ab8ff', '#ff780a', '#f2495c', '#5794f2', '#b877d9', '#fade2a', '#96d98d', '#ffb357'];
const geometry = { width: 1400, head: 56, margin: 8, row: 30, columns: 24 };

const escaped = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const n = (value) => Number(value.toFixed(1));
// Good enough for a proportional font: its letters are about this wide.
const widthOf = (text, size) => text.length * size * 0.54;
function shortened(text, size, room) {
    if (widthOf(text, size) <= room) return text;
    return `${text.slice(0, Math.max(1, Math.floor(room / (size * 0.54)) - 1))}…`;
}
const text = (x, y, content, { size = 12, fill = colours.text, anchor = 'start', weight = 400 } = {}) =>
    `<text x="${n(x)}" y="${n(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}" font-weight="${weight}">${escaped(content)}</text>`;
const rect = (x, y, w, h, fill, more = '') => `<rect x="${n(x)}" y="${n(y)}" width="${n(Math.max(0, w))}" height="${n(h)}" fill="${fill}" ${more}/>`;

function thresholdColour(panel, value) {
    const { steps } = panel.fieldConfig.defaults.thresholds;
    const step = steps.filter(({ value: from }) => from === null || value >= from).at(-1);
    return colours[step.color] ?? step.color;
}
function mapped(panel, value) {
    for (const { options } of panel.fieldConfig.defaults.mappings) {
        const found = options[String(value)];
        if (found) return { text: found.text, colour: colours[found.color] ?? found.color };
    }
    return null;
}
const legendOf = (template, labels) => (template === '' ? '' : template.replace(/\{\{(\w+)\}\}/g, (_, label) => labels[label] ?? ''));

// [{ name, points: [[time, value], ...] }] of all queries of a panel.
async function seriesOf(panel, ask, view) {
    const all = [];
    for (const { expr, legendFormat } of panel.targets) {
        const rateInterval = Math.max(view.step + view.scrape, 4 * view.scrape);
        const filled = expr.replaceAll('$__rate_interval', `${rateInterval}s`).replace(/\$(instance|carrier)\b/g, '.*');
        for (const { metric, values } of await ask(filled, view.step)) {
            const points = values.map(([at, value]) => [at, Number(value)]).filter(([, value]) => Number.isFinite(value));
            if (points.length > 0) all.push({ name: legendOf(legendFormat, metric) || panel.title, points });
        }
    }
    return all;
}

// On a level stretch its ends are enough.
const path = (points) => points
    .filter(([, y], index) => index === 0 || index === points.length - 1 || n(y) !== n(points[index - 1][1]) || n(y) !== n(points[index + 1][1]))
    .map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${n(x)} ${n(y)}`).join('');

// Pieces without holes: a line is not drawn across a time of which nothing is known.
function pieces(points, step) {
    const all = [];
    for (const point of points) {
        const last = all.at(-1)?.at(-1);
        if (!last || point[0] - last[0] > 2.5 * step) all.push([]);
        all.at(-1).push(point);
    }
    return all;
}

function drawStat(panel, series, box, view) {
    const points = series[0].points;
    const value = points.at(-1)[1];
    const mapping = mapped(panel, value);
    const colour = mapping?.colour ?? thresholdColour(panel, value);
    const id = `fade${panel.id}`;
    const parts = [
        `<linearGradient id="${id}" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${colour}"/><stop offset="1" stop-color="${colour}" stop-opacity="0.72"/></linearGradient>`,
        rect(box.x, box.y, box.w, box.h, colours.panel, 'rx="3"'),
        rect(box.x, box.y, box.w, box.h, `url(#${id})`, 'rx="3"'),
    ];
    const top = Math.max(...points.map(([, each]) => each), 1e-9);
    const scaleX = (at) => box.x + ((at - view.start) / (view.end - view.start)) * box.w;
    const scaleY = (each) => box.y + box.h - 2 - (each / top) * box.h * 0.22;
    const line = points.map(([at, each]) => [scaleX(at), scaleY(each)]);
    parts.push(`<path d="${path(line)}L${n(line.at(-1)[0])} ${n(box.y + box.h)}L${n(line[0][0])} ${n(box.y + box.h)}Z" fill="#fff" fill-opacity="0.16"/>`);
    parts.push(`<path d="${path(line)}" fill="none" stroke="#fff" stroke-opacity="0.65" stroke-width="1.2"/>`);
    parts.push(text(box.x + 10, box.y + 20, panel.title, { size: 13, fill: '#fff', weight: 500 }));
    const shown = mapping?.text ?? format(value, panel.fieldConfig.defaults.unit);
    parts.push(text(box.x + box.w / 2, box.y + box.h / 2 + 10, shown, { size: 34, fill: '#fff', anchor: 'middle', weight: 500 }));
    return parts.join('\n');
}

function timeAxis(plot, view) {
    const parts = [];
    const span = view.end - view.start;
    const step = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].find((each) => (span / each) * 62 < plot.w) ?? 7200;
    for (let at = Math.ceil(view.start / step) * step; at <= view.end; at += step) {
        const x = plot.x + ((at - view.start) / span) * plot.w;
        parts.push(`<path d="M${n(x)} ${n(plot.y)}V${n(plot.y + plot.h)}" stroke="${colours.grid}"/>`);
        const label = new Date(at * 1000).toISOString().slice(11, step < 60 ? 19 : 16);
        parts.push(text(x, plot.y + plot.h + 15, label, { size: 10.5, fill: colours.dim, anchor: 'middle' }));
    }
    return parts.join('');
}

function drawLines(panel, series, box, view) {
    const { unit, min, custom, thresholds } = panel.fieldConfig.defaults;
    const stacked = custom.stacking.mode === 'normal';
    // Grafana's legend scrolls; ours keeps those with the most to say.
    const rows = Math.min(series.length, 5);
    const shown = [...series].sort((a, b) => Math.max(...b.points.map(([, v]) => v)) - Math.max(...a.points.map(([, v]) => v))).slice(0, rows);
    const kept = series.filter((each) => shown.includes(each));
    const legend = { x: box.x + 10, y: box.y + box.h - 12 - rows * 15, h: rows * 15 + 14 };

    const lines = [];
    const below = new Map();
    for (const each of series) {
        lines.push(each.points.map(([at, value]) => {
            const floor = stacked ? below.get(at) ?? 0 : 0;
            if (stacked) below.set(at, floor + value);
            return [at, floor + value, floor];
        }));
    }
    const highest = Math.max(...lines.flatMap((line) => line.map(([, value]) => value))) || 1;
    const limits = thresholds.steps.filter(({ value }) => value !== null && value <= highest * 1.6);
    const top = Math.max(highest, ...limits.map(({ value }) => value)) * 1.05;
    const marks = ticks(min ?? 0, top, 4, unit);
    const left = 16 + Math.max(...marks.map((mark) => widthOf(format(mark, unit), 10.5)));
    const plot = { x: box.x + left, y: box.y + 36, w: box.w - left - 14, h: legend.y - box.y - 36 - 30 };
    const scaleX = (at) => plot.x + ((at - view.start) / (view.end - view.start)) * plot.w;
    const scaleY = (value) => plot.y + plot.h - ((value - (min ?? 0)) / (top - (min ?? 0))) * plot.h;

    const parts = [timeAxis(plot, view)];
    for (const mark of marks) {
        parts.push(`<path d="M${n(plot.x)} ${n(scaleY(mark))}H${n(plot.x + plot.w)}" stroke="${colours.grid}"/>`);
        parts.push(text(plot.x - 6, scaleY(mark) + 3.5, format(mark, unit), { size: 10.5, fill: colours.dim, anchor: 'end' }));
    }
    lines.forEach((line, index) => {
        const colour = palette[index % palette.length];
        for (const piece of pieces(line, view.step)) {
            const upper = piece.map(([at, value]) => [scaleX(at), scaleY(value)]);
            const lower = piece.map(([at, , floor]) => [scaleX(at), scaleY(stacked ? floor : min ?? 0)]).reverse();
            parts.push(`<path d="${path(upper)}${path(lower).replace('M', 'L')}Z" fill="${colour}" fill-opacity="${custom.fillOpacity / 100}"/>`);
            parts.push(`<path d="${path(upper)}" fill="none" stroke="${colour}" stroke-width="1.3" stroke-linejoin="round"/>`);
        }
    });
    for (const { value, color } of limits) {
        parts.push(`<path d="M${n(plot.x)} ${n(scaleY(value))}H${n(plot.x + plot.w)}" stroke="${colours[color] ?? color}" stroke-dasharray="7 6" stroke-opacity="0.8"/>`);
    }

    const columns = [box.x + box.w - 14, box.x + box.w - 92, box.x + box.w - 170];
    ['Last *', 'Max', 'Mean'].forEach((name, index) => parts.push(text(columns[index], legend.y, name, { size: 10.5, fill: '#6e9fff', anchor: 'end' })));
    parts.push(text(legend.x, legend.y, kept.length < series.length ? `Name (${series.length - kept.length} more below)` : 'Name', { size: 10.5, fill: colours.dim }));
    kept.forEach((each, index) => {
        const y = legend.y + 15 * (index + 1);
        const values = each.points.map(([, value]) => value);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        parts.push(rect(legend.x, y - 5, 12, 3, palette[series.indexOf(each) % palette.length], 'rx="1.5"'));
        parts.push(text(legend.x + 18, y, shortened(each.name, 11, columns[2] - legend.x - 90), { size: 11 }));
        [values.at(-1), Math.max(...values), mean].forEach((value, column) =>
            parts.push(text(columns[column], y, format(value, unit), { size: 11, anchor: 'end' })));
    });
    return parts.join('\n');
}

function drawStates(panel, series, box, view) {
    // What never was anything but fine needs no row in a small panel.
    const busy = series.filter(({ points }) => points.some(([, value]) => value !== 0));
    const rows = (series.length > 8 && busy.length > 0 ? busy : series).slice(0, 8);
    const left = 18 + Math.min(150, Math.max(...rows.map(({ name }) => widthOf(name, 11.5))));
    const plot = { x: box.x + left, y: box.y + 38, w: box.w - left - 14, h: box.h - 38 - 28 };
    const height = plot.h / rows.length;
    const parts = [timeAxis(plot, view)];
    rows.forEach(({ name, points }, index) => {
        const y = plot.y + index * height + height * 0.06;
        parts.push(text(plot.x - 8, y + height * 0.44 + 4, shortened(name, 11.5, left - 18), { size: 11.5, fill: colours.dim, anchor: 'end' }));
        let from = points[0];
        const draw = (until) => {
            const x = plot.x + ((from[0] - view.start) / (view.end - view.start)) * plot.w;
            const end = plot.x + ((until - view.start) / (view.end - view.start)) * plot.w;
            const colour = mapped(panel, from[1])?.colour ?? thresholdColour(panel, from[1]);
            parts.push(rect(x, y, end - x, height * 0.88, colour, 'fill-opacity="0.8" rx="1"'));
        };
        for (const point of points) {
            if (point[1] === from[1]) continue;
            draw(point[0]);
            from = point;
        }
        draw(Math.min(view.end, points.at(-1)[0] + view.step));
    });
    return parts.join('\n');
}

const drawers = { stat: drawStat, timeseries: drawLines, 'state-timeline': drawStates };

function frame(panel, box) {
    return [rect(box.x, box.y, box.w, box.h, colours.panel, `stroke="${colours.line}" rx="3"`),
        text(box.x + 10, box.y + 21, panel.title, { size: 13.5, weight: 500 })].join('');
}

function head(dashboard, view, width) {
    const clock = (at) => new Date(at * 1000).toISOString().slice(0, 19).replace('T', ' ');
    const range = `${clock(view.start)} to ${clock(view.end)} UTC`;
    const box = widthOf(range, 12) + 24;
    const parts = [text(geometry.margin + 4, 33, dashboard.title, { size: 18, weight: 500 })];
    let x = geometry.margin + 4 + widthOf(dashboard.title, 18) + 28;
    for (const { label, name } of dashboard.templating.list.filter((each) => each.name !== 'datasource')) {
        parts.push(rect(x, 14, widthOf(label, 12) + 20, 28, '#22252b', `stroke="${colours.line}" rx="2"`), text(x + 10, 32, label, { size: 12, fill: '#6e9fff' }));
        x += widthOf(label, 12) + 20;
        parts.push(rect(x, 14, 48, 28, colours.page, `stroke="${colours.line}" rx="2"`), text(x + 10, 32, 'All', { size: 12 }));
        x += 60;
        if (name === '') break;
    }
    parts.push(rect(width - geometry.margin - box, 14, box, 28, '#22252b', `stroke="${colours.line}" rx="2"`),
        text(width - geometry.margin - box + 12, 32, range, { size: 12 }));
    return parts.join('\n');
}

// ask(expr, step) answers with the series of a range query over view.start to view.end (Unix seconds);
// view.scrape: seconds between scrapes.
export async function draw(dashboard, ask, view) {
    const { width, margin, row, columns } = geometry;
    const step = Math.max(1, Math.round((view.end - view.start) / 240));
    const seen = { ...view, step };
    const parts = [];
    let bottom = 0;
    for (const panel of dashboard.panels) {
        const { x, y, w, h } = panel.gridPos;
        const unit = (width - margin) / columns;
        const box = { x: margin + x * unit, y: geometry.head + y * (row + margin), w: w * unit - margin, h: h * (row + margin) - margin };
        bottom = Math.max(bottom, box.y + box.h);
        const series = await seriesOf(panel, ask, seen);
        const drawer = drawers[panel.type];
        if (!drawer) throw new Error(`${panel.title}: a ${panel.type} is not drawn here`);
        if (panel.type !== 'stat' || series.length === 0) parts.push(frame(panel, box));
        parts.push(series.length === 0
            ? text(box.x + box.w / 2, box.y + box.h / 2, 'No data', { fill: colours.dim, anchor: 'middle', size: 16 })
            : drawer(panel, series, box, seen));
    }
    const height = bottom + margin;
    return [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${n(height)}" font-family="Inter, 'Helvetica Neue', Arial, sans-serif">`,
        rect(0, 0, width, height, colours.page), head(dashboard, view, width), ...parts, '</svg>', ''].join('\n');
}
