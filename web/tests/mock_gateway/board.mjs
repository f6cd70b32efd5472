// The board of the made-up clinic: visits around now, and a socket that tells them (docs/board.md).

const MINUTE = 60_000;
const steps = ['link_opened', 'arrived', 'permission_asked', 'checked', 'waiting', 'in_visit'];

/** A seat that got as far as `step`, `ago` minutes before now. */
function seat(now, { id, name, role, step, ago = 5, ...more }) {
  const reached = {};
  const at = steps.indexOf(step === 'lost' || step === 'left' ? 'in_visit' : step);
  steps.slice(0, at + 1).forEach((one, index) => (reached[one] = now - (ago + (at - index) * 3) * MINUTE));
  if (step === 'permission_denied' || step === 'checked_with_problems') Object.assign(reached, { link_opened: now - (ago + 6) * MINUTE, arrived: now - (ago + 4) * MINUTE });
  return {
    id, name, role, relation: '', age: null, phone: null, state_now: null, languages: 'en', step, since: now - ago * MINUTE, problems: [],
    connected: step === 'waiting' || step === 'in_visit', second_device: false, tries_left: 5, link_at: now - 1440 * MINUTE, reached,
    answered_at: null, staff: null, licence: null, check: null, connection: null, ...more,
  };
}

const good = { level: 'good', reason: 'none', score: 5, away: false };
const doctors = ['Dr. Mira Rao', 'Dr. Astrid Lindqvist', 'Dr. Peter Novak', 'Dr. Ama Osei', 'Dr. Luca Marchetti'];

function visit(now, index, { start, patient, doctor = {}, state = 'scheduled', alerts = [], ...more }) {
  const id = `b-${index}`;
  return {
    id, case: `c-${index}`, programme: 'demonstration', number: `DEMO-${String(1000 + index)}`, title: 'Talking about your second opinion',
    shape: 'expert_led', state, starts_at: now + start * MINUTE, expected_at: null, minutes: 45, time_zone: 'America/Denver',
    opened_at: state === 'scheduled' ? null : now + start * MINUTE, ended_at: state === 'ended' ? now - 5 * MINUTE : null,
    seats: [
      seat(now, { id: `${id}-p`, role: 'patient', phone: '+1 406 555 0101', ...patient }),
      seat(now, { id: `${id}-d`, role: 'reviewing_physician', name: doctors[index % doctors.length], staff: `doctor-${index % doctors.length}`, step: 'link_not_opened', ...doctor }),
    ],
    help: null,
    alerts: alerts.map((one, at) => ({ id: `${id}-a${at}`, participant: `${id}-p`, follow: 'alert', acknowledged_at: null, owner: null, ...one })),
    ...more,
  };
}

export function boardVisits(now = Date.now()) {
  const inside = { step: 'in_visit', connection: good };
  const all = [
    { start: 22, patient: { name: 'Lena Okafor', age: 62, state_now: 'US-MT', step: 'waiting', ago: 24, connection: good, answered_at: now - 6 * MINUTE }, doctor: { step: 'checked', ago: 60 }, alerts: [{ score: 'distress', value: 9, follow: 'crisis', raised_at: now - 4 * MINUTE }] },
    { start: 7, patient: { name: 'Harold Pike', age: 78, state_now: 'US-ID', step: 'permission_denied', ago: 6, problems: ['camera'], phone: '+1 208 555 0177', check: { at: now - 5 * MINUTE, device: 'ipad', browser: 'safari', items: { camera: 'problem', microphone: 'untried', speaker: 'untried', browser: 'good', network: 'good' }, up_kbps: 4200, down_kbps: 9100, loss_permille: 0 } } },
    { start: 9, patient: { name: 'Tomas Reyes', age: 55, state_now: 'US-ID', step: 'waiting', ago: 11, connection: good }, doctor: { licence: { outcome: 'blocked', reason: 'missing', expires: null } } },
    { start: -10, patient: { name: 'Ruth Alder', age: 71, state_now: 'US-MT', step: 'waiting', ago: 17, connection: good } },
    { start: 37, patient: { name: 'June Whitlock', age: 69, step: 'link_not_opened' } },
    { start: -40, state: 'open', patient: { name: 'Saul Brandt', age: 83, state_now: 'US-MT', ...inside, ago: 38, connection: { level: 'poor', reason: 'loss_down', score: 2, away: false } }, doctor: { ...inside, ago: 38 } },
    { start: -38, state: 'open', patient: { name: 'Inez Calloway', age: 66, state_now: 'US-MT', ...inside, ago: 36, answered_at: now - 50 * MINUTE }, doctor: { ...inside, ago: 36 } },
    { start: -23, state: 'open', patient: { name: 'Pilar Quintero', age: 58, state_now: 'US-MT', ...inside, ago: 22 }, doctor: { ...inside, ago: 22 }, alerts: [{ score: 'emergency', value: 1, raised_at: now - 2 * MINUTE }] },
    { start: 52, patient: { name: 'Walter Eng', age: 74, state_now: 'US-WY', step: 'permission_asked', ago: 1 } },
    { start: 142, patient: { name: 'Dolores Tran', age: 60, step: 'checked', ago: 1380 } },
    { start: 172, expected_at: now + 187 * MINUTE, patient: { name: 'Amos Bell', age: 81, step: 'link_opened', ago: 900 } },
    { start: 217, patient: { name: 'Greta Sund', age: 49, step: 'locked', ago: 3, tries_left: 0 } },
    { start: -128, state: 'ended', patient: { name: 'Frank Moreau', age: 70, state_now: 'US-MT', step: 'left', ago: 85, answered_at: now - 140 * MINUTE }, doctor: { step: 'left', ago: 85 } },
    { start: -83, state: 'ended', patient: { name: 'Odile Hart', age: 64, state_now: 'US-MT', step: 'left', ago: 45 }, doctor: { step: 'left', ago: 45 } },
  ];
  return all.map((one, index) => visit(now, index, one));
}

/** What a technical helper sees of a visit. */
export const wayInOf = (visit) => ({
  ...visit, number: '', title: '', alerts: [],
  seats: visit.seats.map((one) => ({ ...one, age: null, phone: null, state_now: null, answered_at: null, staff: null, licence: null })),
});

/** As many as a large programme has in a day. */
export function busyDay(count, now = Date.now()) {
  const few = boardVisits(now);
  return Array.from({ length: count }, (_, index) => {
    const like = few[index % few.length];
    const id = `busy-${index}`;
    return {
      ...like, id, number: `DEMO-${String(2000 + index)}`, starts_at: like.starts_at + Math.floor(index / few.length) * MINUTE,
      seats: like.seats.map((one) => ({ ...one, id: `${id}-${one.role}`, name: one.role === 'patient' ? `${one.name} ${index}` : one.name })),
    };
  });
}

/** What a coordinator does with one of them. Returns undefined for what is none of it. */
export function boardAct({ method, pathname, body, world }) {
  const [, , , kind, id, what, person, act] = pathname.split('/');
  const shown = boardVisits().find((one) => one.id === id);
  if (kind === 'staff' && what === 'licences') {
    if (method === 'PUT') world.licences = body.licences;
    return { licences: world.licences, states: world.licenceStates };
  }
  if (kind !== 'visits' || !shown) return undefined;
  if (what === 'schedule') {
    const people = shown.seats.map((one, at) => ({ id: one.id, name: one.name, way: at === 0 ? 'mail' : null }));
    const expert = world.calendar ? { id: 'e-1', name: shown.seats[1].name } : null;
    return { id, state: shown.state, starts_at: body.starts_at ?? shown.starts_at, minutes: 45, time_zone: 'America/Chicago', expert, people };
  }
  if (what === 'slots') {
    const from = Math.ceil(Date.now() / 86_400_000) * 86_400_000 + 17 * 60 * MINUTE;
    return { slots: [0, 45, 90, 180, 1440, 1485].map((after) => ({ expert: { id: 'e-1', name: '' }, starts_at: from + after * MINUTE, ends_at: 0 })), cut: false };
  }
  const letter = { id: 'n-1', state: world.letter, channel: world.letter === 'pending' ? 'any' : 'mail', attempts: 1, settled_at: world.letter === 'pending' ? null : Date.now(), detail: null };
  if (what === 'notifications') return { notifications: [letter] };
  if (what === 'participants' && person && act === 'notifications') return { ...letter, state: 'pending', channel: 'any', settled_at: null };
  return act === 'unlock' ? {} : undefined;
}

/** Serves one socket of the board. Returns what tells it that visits are different now. */
export function serveBoard(socket, visits, zone = 'America/Denver') {
  const day = (at) => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
  let seq = visits.length;
  const send = (message) => socket.send(JSON.stringify(message));
  socket.on('message', (bytes) => {
    const asked = JSON.parse(String(bytes));
    const today = !asked.day || asked.day === day(Date.now());
    const shown = today ? visits : [];
    send({ type: 'watching', reply_to: asked.id, epoch: 'e', day: asked.day ?? day(Date.now()), zone, from: 0, until: 1, resumed: false, now: Date.now() });
    for (let at = 0; at < shown.length; at += 25) send({ type: 'visits', visits: shown.slice(at, at + 25) });
    send({ type: 'complete', ids: shown.map(({ id }) => id), seq });
  });
  return (changed) => send({ type: 'visits', visits: changed, seq: ++seq });
}
