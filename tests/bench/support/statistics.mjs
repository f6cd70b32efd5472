// Medians, ranges and tables: identical runs spread, so nothing is told as one number.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** { median, min, max, runs } of a field. */
export function spread(runs, field) {
  const values = runs.map((run) => run[field]);
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), runs: values.length };
}

/** The fields of the JSON that every bench writes; `more` is added. */
export function summarise(server, name, runs, more = {}) {
  const last = runs[runs.length - 1];
  return {
    server,
    case: name,
    us_per_forwarded: spread(runs, 'us_per_forwarded'),
    latency_p99_us: spread(runs, 'latency_p99_us'),
    latency_p50_us: spread(runs, 'latency_p50_us'),
    forwarded_pps: Math.round(median(runs.map((run) => run.forwarded_pps))),
    lost_percent: median(runs.map((run) => run.lost_percent)),
    rss_kb_per_peer: Math.round(median(runs.map((run) => run.rss_kb_per_peer ?? 0))),
    idle_rss_kb: last.idle_rss_kb,
    peers: last.peers,
    peers_per_participant: last.peers_per_participant,
    name: last.name,
    srtp: last.srtp,
    server_cpu_percent: median(runs.map((run) => run.server_cpu_percent)),
    answered_percent: last.answered_percent,
    generator_cpu_percent: median(runs.map((run) => run.generator.cpu_percent)),
    generator_lateness_p99_us: median(runs.map((run) => run.generator.lateness_p99_us)),
    generator_socket_drops: Math.max(...runs.map((run) => run.generator.socket_drops)),
    stolen_percent: Math.max(...runs.map((run) => run.stolen_percent)),
    tags_wrong: Math.max(...runs.map((run) => run.tags_wrong)),
    ...more,
  };
}

/** Figures as people compare them: three digits. */
export function figure(value) {
  if (value === null || value === undefined) return '';
  if (value === 0) return '0';
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

export const withRange = ({ median: middle, min, max }) => `${figure(middle)} (${figure(min)}-${figure(max)})`;

/** Rows of texts as a table in Markdown, which reads well as plain text, too. */
export function table(head, rows) {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => String(row[column]).length)));
  const line = (cells) => `| ${cells.map((cell, column) => String(cell).padEnd(widths[column])).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** A machine that was not ours alone shows in latencies first. */
export function stolenNote(results) {
  const most = Math.max(0, ...results.map(({ stolen_percent: stolen }) => stolen ?? 0));
  return most < 0.5 ? [] : [`The hypervisor took up to ${figure(most)} % of a core away: high percentiles of latency are partly its.`, ''];
}
