// The steps of joining, what each needs of the network, and their figures.

/**
 * By case: where it begins, and the steps in their order: the mark that ends each, and how many round trips theory gives it
 * (of the newcomer's own path; the publisher's counts as one as well). Steps overlap; each is given the time from the end of
 * the last one before it, so that together they are the whole.
 */
export const CASES = {
  come_back: {
    title: 'Coming back (the page is loaded anew)',
    from: 'navigation',
    steps: [
      { name: 'page', until: 'socket asked', trips: 1, why: 'index.html; the rest is in the cache' },
      { name: 'socket', until: 'socket', trips: 3, why: 'TCP, TLS 1.3, upgrade' },
      { name: 'join', until: 'got joined', trips: 1, why: 'join, joined' },
      { name: 'offer, answer', until: 'got answer', trips: 0, why: 'the offer goes with the join' },
      { name: 'ICE', until: 'ice', trips: 1, why: 'one check' },
      { name: 'DTLS', until: 'dtls', trips: 2, why: 'two flights each way' },
      { name: 'first packet', until: 'first packet', trips: 0, why: 'follows the last flight' },
      { name: 'first key frame', until: 'key frame', trips: 0, why: 'asked for during the handshake' },
      { name: 'first frame', until: 'rendered', trips: 0, why: 'decoding, jitter buffer, screen' },
    ],
  },
  let_in: {
    title: 'Being let in from the waiting room',
    from: 'sent admit',
    steps: [
      { name: 'admitted', until: 'got admitted', trips: 1, why: "half a trip of the physician's, half of the guest's" },
      { name: 'first packet', until: 'first packet', trips: 0, why: 'slots stand, they are only bound' },
      { name: 'first key frame', until: 'key frame', trips: 1, why: "asked of the publisher: the publisher's trip" },
      { name: 'first frame', until: 'rendered', trips: 0, why: 'decoding, jitter buffer, screen' },
    ],
  },
};

/** The end of each step in ms since the beginning; a step that was over before the one before it took nothing. */
export function stepsOf(name, marks) {
  const { from, steps } = CASES[name];
  const first = marks.find((mark) => mark.name === from);
  const at = (mark) => marks.find((other) => other.name === mark && other.at >= first.at)?.at;
  let last = first.at;
  return steps.map((step) => {
    last = Math.max(last, at(step.until) ?? last);
    return last - first.at;
  });
}

/** The value below which `share` of the values lie (nearest rank). */
function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

const figures = (values) => ({
  p50: Math.round(percentile(values, 0.5)),
  p95: Math.round(percentile(values, 0.95)),
  runs: values.length,
});

/** One object for each step of a case at a round trip. */
export function summaryOf({ server, case: name, rtt_ms, joins }) {
  return CASES[name].steps.map((step, i) => ({
    server,
    case: name,
    rtt_ms,
    step: step.name,
    round_trips: step.trips,
    took_ms: figures(joins.map((ends) => ends[i] - (i > 0 ? ends[i - 1] : 0))),
    since_start_ms: figures(joins.map((ends) => ends[i])),
  }));
}

/** The rows of one server, case and round trip, each as a list. */
export function groupsOf(summary) {
  const groups = new Map();
  for (const row of summary) {
    const key = `${row.case} ${row.rtt_ms} ${row.server}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

export function tableOf(summary) {
  const lines = [];
  for (const rows of groupsOf(summary)) {
    const { server, case: name, rtt_ms } = rows[0];
    const { title, steps } = CASES[name];
    const trips = rows.reduce((sum, row) => sum + row.round_trips, 0);
    lines.push('', `${title}: ${server}, round trip ${rtt_ms} ms, ${rows[0].took_ms.runs} times`, '');
    lines.push('| step | round trips in theory | took p50 | p95 | since the start p50 | p95 |', '| --- | --- | --- | --- | --- | --- |');
    rows.forEach((row, i) =>
      lines.push(
        `| ${row.step} | ${row.round_trips}: ${steps[i].why} | ${row.took_ms.p50} | ${row.took_ms.p95} | ${row.since_start_ms.p50} | ${row.since_start_ms.p95} |`,
      ),
    );
    const last = rows.at(-1).since_start_ms;
    lines.push('', `All of it: ${trips} round trips are ${trips * rtt_ms} ms; it took ${last.p50} ms (p95 ${last.p95} ms).`);
  }
  return lines.join('\n');
}
