// Numbers as Grafana writes them, for the units that our panels use.

const trimmed = (value, digits) => String(Number(value.toFixed(digits)));

function scaled(value, steps, factor) {
    let n = 0;
    while (Math.abs(value) >= factor && n < steps.length - 1) { value /= factor; ++n; }
    return [value, steps[n]];
}
const digitsFor = (value) => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);

function seconds(value) {
    const size = Math.abs(value);
    if (size === 0) return '0 s';
    if (size < 1e-3) return `${trimmed(value * 1e6, 0)} µs`;
    if (size < 1) return `${trimmed(value * 1e3, digitsFor(value * 1e3))} ms`;
    if (size < 60) return `${trimmed(value, 2)} s`;
    if (size < 3600) return `${trimmed(value / 60, 1)} mins`;
    if (size < 86400) return `${trimmed(value / 3600, 1)} hours`;
    return `${trimmed(value / 86400, 1)} days`;
}

export function format(value, unit) {
    if (value === null || value === undefined || Number.isNaN(value)) return '-';
    if (unit === 's') return seconds(value);
    if (unit === 'percentunit') return `${trimmed(value * 100, digitsFor(value * 100))}%`;
    if (unit === 'bytes') {
        const [small, name] = scaled(value, ['B', 'KiB', 'MiB', 'GiB', 'TiB'], 1024);
        return `${trimmed(small, digitsFor(small))} ${name}`;
    }
    const [small, name] = scaled(value, ['', 'K', 'Mil', 'Bil'], 1000);
    const number = `${trimmed(small, digitsFor(small))}${name === '' ? '' : ` ${name}`}`;
    const suffix = { cps: ' c/s', cpm: ' c/m', reqps: ' req/s' }[unit] ?? '';
    return `${number}${suffix}`;
}

// A few round values from min to max, for an axis; in the unit's own steps.
export function ticks(min, max, count, unit) {
    const span = max - min || 1;
    const base = unit === 's' && span > 90 ? 60 : 1;
    const raw = span / count / base;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = base * power * [1, 2, 2.5, 5, 10].find((each) => each * power >= raw - 1e-12);
    const values = [];
    for (let n = Math.ceil(min / step - 1e-9); n * step <= max + step * 1e-6; ++n) values.push(n * step);
    return values;
}
