// What is looked at. Each scene leads to one page, which is then shown in its views, one after another:
//
//   path      where it begins
//   scenario  what the mock gateway plays
//   act       how a person gets there
//   page      what `data-page` says then
//   views     of views.mjs
//   staff     the contrast of AA is enough: 4.5:1
//   host      another name of this machine
//   context   what else this browser is

import { practiceOf } from '../mock_gateway/people.mjs';
import { deskViews, oneOfEach, patientViews } from './views.mjs';

export async function passBirthday(page) {
  await page.getByRole('button', { name: 'Get ready for my visit' }).click();
  await page.getByLabel('Month').selectOption('3');
  await page.getByLabel('Day', { exact: true }).fill('4');
  await page.getByLabel('Year').fill('1955');
  await page.getByRole('button', { name: 'Next' }).click();
}

export async function enterAsPatient(page) {
  await passBirthday(page);
  await page.getByRole('button', { name: 'I see and hear myself' }).click();
}

export async function enterAsPhysician(page) {
  await page.getByRole('button', { name: 'Check camera and go in' }).click();
  await page.getByRole('button', { name: 'I see and hear myself' }).click();
}

const picturesOnScreen = (page, count) =>
  page.waitForFunction(
    (wanted) => [...document.querySelectorAll('[data-participant] video')].filter((one) => one.videoWidth > 16 && !one.hidden).length >= wanted,
    count,
    { timeout: 60_000 },
  );

const ownPicture = (page) => page.waitForFunction(() => [...document.querySelectorAll('video[data-self]')].some((one) => one.videoWidth > 16));

const letterHasCome = (page) => page.waitForFunction(() => !document.querySelector('.letter-state'));

/** By page: when all of it has come that comes by itself. */
export const readyOf = {
  'device-check': ownPicture,
  waiting: async (page, { physicianTold = true } = {}) => {
    await ownPicture(page);
    await page.waitForSelector(`[data-physician-told="${physicianTold}"]`);
  },
  visit: letterHasCome,
  desk: letterHasCome,
};

/** Packets stop and the gateway is gone: neither faces nor sockets. */
const loseEverything = async ({ page, gateway, media }) => {
  gateway.cut(true);
  await media.closePeers(gateway.sessions);
  await page.waitForSelector('[data-reconnecting]', { timeout: 60_000 });
};

const networkTried = (page, verdict) => page.waitForSelector(`[data-network="${verdict}"]`, { timeout: 60_000 });

/** As a browser answers whose user said no. */
const refuseDevices = async ({ page }) => {
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
  });
  await page.reload();
  await passBirthday(page);
};

/** What is asked is never answered. */
const neverAnswer = async ({ page }) => {
  await page.addInitScript(() => {
    window.fetch = () => new Promise(() => undefined);
  });
  await page.reload();
};

const coordinator = { account: { name: 'Nora Quill, RN', roles: ['coordinator'], programme: null, ends_at: 4102444800000 } };
const physician = { account: { name: 'Dr. Mira Rao', roles: ['reviewing_physician'], programme: null, ends_at: 4102444800000 } };
const helper = { account: { name: 'Sam Obi', roles: ['technical_helper'], programme: null, ends_at: 4102444800000 } };
/** A physician's day: minutes from nine o'clock. */
const ownDay = [
  { start: 0, state: 'ended', patient: 'Odile Hart' },
  { start: 60, state: 'open' },
  { start: 105, expected_at: new Date().setHours(11, 0, 0, 0), patient: 'Maximiliana Featherstonehaugh-Villanueva' },
  { start: 180, case: null, patient: 'Harold Pike', you: { participant: 'p-4', role: 'interpreter', state: 'invited' } },
];
const boardIsLive = ({ page }) => page.waitForSelector('[data-page="board"][data-state="live"]');

/** The codes are drawn, too. */
async function beginPractice({ page }, word = 'Start a practice visit') {
  await page.getByRole('button', { name: word }).click();
  await page.waitForFunction(() => document.querySelectorAll('svg.qr').length === 3);
}

/** The system takes the microphone or the camera away, as when a headset is unplugged. */
const loseDevice = (kind) => async ({ page }) => {
  await page.evaluate((lost) => {
    const track = window.captured.getTracks().find((one) => one.kind === lost);
    Object.defineProperty(track, 'readyState', { value: 'ended' });
    track.onended();
  }, kind);
  await page.waitForSelector('[data-fix]');
};

/** Keeps hold of what the page captures. */
const rememberCapture = async ({ page }) => {
  await page.addInitScript(() => {
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wish) => (window.captured = await open(wish));
  });
  await page.reload();
};

/** As a tablet that plays no sound before a tap. */
const blockSound = async ({ page }) => {
  await page.addInitScript(() => {
    const { play } = HTMLMediaElement.prototype;
    HTMLAudioElement.prototype.play = () => Promise.reject(new DOMException('not allowed', 'NotAllowedError'));
    HTMLVideoElement.prototype.play = play;
  });
  await page.reload();
};

const conditionOnScreen = (page, condition) => page.waitForSelector(`[data-condition="${condition}"]`, { timeout: 60_000 });

const intoVisit = (pictures) => async ({ page }) => {
  await enterAsPatient(page);
  await page.waitForSelector('[data-page="visit"]');
  if (pictures) await picturesOnScreen(page, pictures);
};

/** As somebody of the team who gets the patient's page, and is not asked for a birthday. */
const intoVisitOfTeam = async ({ page }) => {
  await page.getByRole('button', { name: 'Get ready for my visit' }).click();
  await page.getByRole('button', { name: 'I see and hear myself' }).click();
  await page.waitForSelector('[data-page="visit"]');
  await picturesOnScreen(page, 1);
};

const intoDesk = (pictures) => async ({ page }) => {
  await enterAsPhysician(page);
  await page.waitForSelector('[data-page="desk"]');
  if (pictures) await picturesOnScreen(page, pictures);
};

/** As somebody who is asked before the visit: to the place, and on. */
const toPlace = async ({ page }) => {
  await passBirthday(page);
  await page.waitForSelector('[data-page="place"]');
};
const toAddress = async ({ page }) => {
  await toPlace({ page });
  await page.getByRole('radio', { name: /^Montana/ }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Street address').waitFor();
};
const toQuestions = async ({ page }) => {
  await toAddress({ page });
  await page.getByRole('button', { name: 'Yes, that is right' }).click();
  await page.getByRole('button', { name: 'I see and hear myself' }).click();
  await page.waitForSelector('[data-page="questions"]');
};
/** Everything was answered in time; the waiting room. */
const toWaiting = async ({ page }) => {
  await toAddress({ page });
  await page.getByRole('button', { name: 'Yes, that is right' }).click();
  await page.getByRole('button', { name: 'I see and hear myself' }).click();
  await page.waitForSelector('[data-page="waiting"]');
};
/** A heavy answer that cannot be sent before the person has gone on. */
const goOnWithout = async ({ page, gateway }) => {
  await toQuestions({ page });
  gateway.world.answersFail = true;
  await page.getByRole('radio', { name: '9' }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('Over the last 2 weeks').waitFor();
  for (let question = 0; question < phq.length; question++) {
    const asked = await page.locator('h1').textContent();
    await page.getByRole('button', { name: 'Skip this' }).click();
    await page.waitForFunction((last) => document.querySelector('h1')?.textContent !== last, asked);
  }
  await page.getByRole('button', { name: 'Done, take me to the waiting room' }).click();
  await page.getByRole('button', { name: 'Go on without waiting' }).click({ timeout: 60_000 });
};
/** Everything before the question is answered already. */
const answered = (...links) => Object.fromEntries(links.map((link) => [link, { skipped: true }]));
const company = ['company', 'contact-name', 'contact-phone'];
const phq = ['phq-4-1', 'phq-4-2', 'phq-4-3', 'phq-4-4'];
const questionAt = (...links) => ({ asks: true, answers: answered(...links) });
const given = {
  ...answered(...company, ...phq),
  company: { value: 'family' },
  'company-names': { value: 'My daughter Ana' },
  pain: { value: 2 },
  distress: { value: 3 },
  questions: { value: 'Do I need chemotherapy, yes or no?\nWhat happens if I do nothing more after the operation?' },
};
const intoCalmRoom = async ({ page }) => {
  await enterAsPatient(page);
  await page.waitForSelector('[data-calm]');
};

const recording = { state: 'recording', reason: 'none', waiting_for: [], since: Date.now() - 64_000, recorded_ms: 1_000_000 };
const chat = [
  { id: 'm1', participant: 'p-ana', name: 'Ana Alder', text: 'Can she have the radiation near Hamilton?', at: Date.now() - 120_000 },
  { id: 'm2', participant: 'p-rao', name: 'Dr. Mira Rao', text: 'Yes. I will say more about that in a moment.', at: Date.now() - 60_000 },
];

/** What the patient answered before the visit: one alert, and the questions she has. */
const ruth = { id: 'p-alder', name: 'Mrs. Ruth Alder', role: 'patient' };
const both = (en, es = en) => ({ en, es });
const scored = (code, value, maximum, follow, count = 1) => ({ code, title: both(code), value, maximum, answered: count, asked: count, follow });
const responded = (id, answers, scores) => ({
  id,
  participant: ruth,
  questionnaire: { id, url: `urn:bedside:questionnaire:${id}`, version: '1.0.0', title: both(id), copyright: null },
  complete: true,
  started_at: Date.now() - 900_000,
  updated_at: Date.now() - 700_000,
  answers,
  scores,
});
const alertOf = (fields = {}) => ({
  id: 'a-1',
  state: 'pressing',
  score: 'distress',
  value: 8,
  maximum: 10,
  at_least: 8,
  follow: 'crisis',
  raised_at: Date.now() - 700_000,
  told: 'coordinator',
  owner: null,
  acknowledged: null,
  note: '',
  closed_at: null,
  person: ruth,
  ...fields,
});
const screeningOf = (...alerts) => ({
  responses: [
    responded('place', [
      { link_id: 'address', text: both('What is the street address where you are right now?'), meaning: 'place.address', value: '118 Larkspur Lane\nHamilton, MT 59840', words: null },
      { link_id: 'state', text: both('Which state or territory are you in?'), meaning: 'place.state', value: 'US-MT', words: both('Montana') },
      { link_id: 'company', text: both('Who is with you?'), meaning: 'company', value: 'family', words: both('Family or friends') },
    ], []),
    responded('pain', [{ link_id: 'pain', text: both('How much pain do you have right now?'), value: 2, words: null }], [scored('pain', 2, 10, 'nothing')]),
    responded('distress', [{ link_id: 'distress', text: both('How heavy has the past week felt for you?'), value: 8, words: null }], [scored('distress', 8, 10, 'crisis')]),
    responded('phq-4', [{ link_id: 'phq-4-1', text: both('Feeling nervous, anxious or on edge'), group: both('Over the last 2 weeks, how often have you been bothered by the following problems?'), skipped: true }],
      [scored('phq-4', 5, 12, 'nothing', 4), scored('gad-2', 2, 6, 'nothing', 2), scored('phq-2', 3, 6, 'alert', 2)]),
    responded('questions', [{ link_id: 'questions', text: both('What do you want to ask the doctor?'), meaning: 'questions', value: 'Do I need chemotherapy, yes or no?\nWhat happens if I do nothing more after the operation?\nCan I have the radiation near Hamilton?', words: null }], []),
  ],
  alerts,
});

/** The patient is in Montana; the verdict is on Dr. Rao. */
const licenceOf = (outcome, reason, more = {}) => ({
  place: 'US-MT',
  placed_at: Date.now() - 600_000,
  physicians: [
    { participant: 'p-rao', outcome, reason, consultation_helps: false, ...more },
    { participant: 'p-feld', outcome: 'good', reason: 'none', consultation_helps: false },
  ],
});

const knownPlace = {
  number: '911',
  scripts: [{ language: 'en', lines: ['Ask: Are you alone? Can you open the door?', 'Ask somebody who is there to call 911. Stay in the visit.', 'If nobody there can: call Ravalli County dispatch. Address first.', 'Call the emergency contact.'] }],
  patient: {
    participant: 'p-alder',
    name: 'Mrs. Ruth Alder',
    birth_date: '1955-03-04',
    place: 'US-MT',
    placed_at: Date.now() - 900_000,
    address: '12 Mill Road\nHamilton, MT 59840',
    phone: '+1 406 555 0101',
    contact_name: 'Ana Alder',
    contact_phone: '+1 406 555 0102',
  },
};

export const scenes = [
  { name: 'arrival', page: 'arrival', path: '/j#patient', views: patientViews },
  { name: 'arrival-xss', page: 'arrival', path: '/j#patient', views: ['phone'], scenario: { name: '<img src=x onerror=alert(1)> __proto__' } },
  { name: 'arrival-physician', page: 'arrival', path: '/j#doctor', views: ['desk', 'phone'] },
  { name: 'link-unknown', page: 'link-unknown', path: '/j#x', views: oneOfEach, scenario: { link: 'unknown' } },
  { name: 'link-expired', page: 'link-expired', path: '/j#x', views: oneOfEach, scenario: { link: 'expired' } },
  { name: 'link-ended', page: 'link-ended', path: '/j#x', views: oneOfEach, scenario: { link: 'ended' } },
  { name: 'link-missing', page: 'link-missing', path: '/j', views: oneOfEach },
  { name: 'unreachable', page: 'unreachable', path: '/j#x', views: oneOfEach, scenario: { link: 'down' } },
  { name: 'loading', page: 'loading', path: '/j#patient', views: oneOfEach, act: neverAnswer },
  { name: 'setup-problem', page: 'setup-problem', path: '/j#patient', views: oneOfEach, host: 'not-secure.test' },
  { name: 'home', page: 'home', path: '/', views: oneOfEach },
  { name: 'place', page: 'place', path: '/j#patient', views: patientViews, scenario: { asks: true }, act: toPlace },
  { name: 'place-address', page: 'place', path: '/j#patient', views: oneOfEach, scenario: { asks: true }, act: toAddress },
  {
    name: 'place-missing',
    page: 'place',
    path: '/j#patient',
    views: oneOfEach,
    scenario: { asks: true },
    act: async ({ page }) => {
      await toPlace({ page });
      await page.getByRole('radio', { name: /^Another state/ }).check();
      await page.getByRole('button', { name: 'Next' }).click();
      await page.waitForSelector('[role=alert]');
    },
  },
  { name: 'questions-company', page: 'questions', path: '/j#patient', views: oneOfEach, scenario: questionAt(), act: toQuestions },
  { name: 'questions-contact', page: 'questions', path: '/j#patient', views: oneOfEach, scenario: questionAt('company'), act: toQuestions },
  {
    name: 'questions-distress',
    page: 'questions',
    path: '/j#patient',
    views: patientViews,
    scenario: questionAt(...company, 'pain'),
    act: async ({ page }) => {
      await toQuestions({ page });
      await page.getByRole('radio', { name: '6' }).check();
    },
  },
  {
    name: 'questions-phq',
    page: 'questions',
    path: '/j#patient',
    views: oneOfEach,
    scenario: questionAt(...company, 'pain', 'distress'),
    act: async ({ page }) => {
      await toQuestions({ page });
      await page.getByRole('button', { name: 'Next' }).click();
      await page.waitForSelector('[role=alert]');
    },
  },
  { name: 'questions-strain', page: 'questions', path: '/j#caregiver', views: oneOfEach, scenario: questionAt(...company, 'distress'), act: toQuestions },
  {
    name: 'questions-mine',
    page: 'questions',
    path: '/j#patient',
    views: patientViews,
    scenario: questionAt(...company, 'pain', 'distress', ...phq),
    act: async ({ page }) => {
      await toQuestions({ page });
      for (const question of ['Do I need chemotherapy, yes or no?', 'What happens if I do nothing more after the operation?']) {
        await page.getByLabel('Write your own').fill(question);
        await page.getByRole('button', { name: 'Add this question' }).click();
      }
      await page.getByRole('button', { name: 'Add: Can I have the treatment near home?' }).click();
    },
  },
  {
    name: 'questions-not-sent',
    page: 'questions',
    path: '/j#patient',
    views: ['phone'],
    scenario: questionAt(...company, 'pain', 'distress', ...phq),
    act: async ({ page, gateway }) => {
      await toQuestions({ page });
      gateway.world.answersFail = true;
      await page.getByRole('button', { name: 'Done, take me to the waiting room' }).click();
      await page.getByRole('button', { name: 'Go on without waiting' }).waitFor({ timeout: 60_000 });
    },
  },
  {
    name: 'crisis',
    page: 'crisis',
    path: '/j#patient',
    views: patientViews,
    scenario: questionAt(...company, 'pain'),
    act: async ({ page }) => {
      await toQuestions({ page });
      await page.getByRole('radio', { name: '9' }).check();
      await page.getByRole('button', { name: 'Next' }).click();
    },
  },
  {
    name: 'crisis-late',
    page: 'crisis',
    path: '/j#patient',
    views: ['phone', 'tablet-landscape'],
    scenario: questionAt(...company, 'pain', ...phq),
    act: async ({ page, gateway }) => {
      await goOnWithout({ page, gateway });
      await page.waitForSelector('[data-page="waiting"]');
      gateway.world.answersFail = false;
      await page.waitForSelector('[data-page="crisis"]', { timeout: 90_000 });
    },
  },
  {
    name: 'visit-crisis',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-portrait', 'tablet-landscape', 'small', 'phone-dark', 'phone-text200'],
    scenario: { ...questionAt(...company, 'pain', ...phq), waits: false, others: ['doctor', 'caregiver'] },
    act: async ({ page, gateway }) => {
      await goOnWithout({ page, gateway });
      await page.waitForSelector('[data-page="visit"]');
      gateway.world.answersFail = false;
      await page.waitForSelector('[data-crisis]', { timeout: 90_000 });
    },
  },
  {
    name: 'answers',
    page: 'answers',
    path: '/j#patient',
    views: patientViews,
    scenario: { asks: true, answers: given },
    act: async ({ page }) => {
      await toWaiting({ page });
      await page.getByRole('button', { name: 'See or change my answers' }).click();
    },
  },
  {
    name: 'answers-change',
    page: 'questions',
    path: '/j#patient',
    views: ['phone', 'tablet-portrait', 'small'],
    scenario: { asks: true, answers: given },
    act: async ({ page }) => {
      await toWaiting({ page });
      await page.getByRole('button', { name: 'See or change my answers' }).click();
      await page.getByRole('button', { name: /^Change: .*pain/ }).click();
      await page.getByRole('radio', { name: '5' }).check();
    },
  },
  { name: 'waiting-asked', page: 'waiting', path: '/j#patient', views: ['phone', 'tablet-landscape', 'small'], scenario: { asks: true, answers: given }, act: toWaiting },
  {
    name: 'birthday',
    page: 'birthday',
    path: '/j#patient',
    views: patientViews,
    act: ({ page }) => page.getByRole('button', { name: 'Get ready for my visit' }).click(),
  },
  {
    name: 'birthday-wrong',
    page: 'birthday',
    path: '/j#patient',
    views: ['phone', 'phone-dark'],
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Get ready for my visit' }).click();
      await page.getByLabel('Month').selectOption('4');
      await page.getByLabel('Day', { exact: true }).fill('4');
      await page.getByLabel('Year').fill('1955');
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  { name: 'locked', page: 'locked', path: '/j#patient', views: oneOfEach, scenario: { link: 'locked' }, act: ({ page }) => passBirthday(page) },
  { name: 'second-device', page: 'second-device', path: '/j#patient', views: oneOfEach, scenario: { link: 'pending' }, act: ({ page }) => passBirthday(page) },
  { name: 'second-device-refused', page: 'second-device-refused', path: '/j#patient', views: oneOfEach, scenario: { link: 'refused' }, act: ({ page }) => passBirthday(page) },
  { name: 'device-check', page: 'device-check', path: '/j#patient', views: patientViews, act: ({ page }) => passBirthday(page) },
  {
    name: 'device-tried',
    page: 'device-check',
    path: '/j#patient',
    views: [...patientViews, 'tablet-landscape-dark'],
    scenario: { change: 'other_microphone' },
    act: async ({ page }) => {
      await passBirthday(page);
      await page.getByRole('button', { name: 'Play the bell' }).click();
      await page.getByRole('button', { name: 'Yes' }).or(page.getByRole('button', { name: 'I hear it' })).click();
      await networkTried(page, 'good');
      await page.getByText('Numbers for whoever helps you').click();
    },
  },
  {
    name: 'device-weak',
    page: 'device-check',
    path: '/j#patient',
    views: ['phone', 'tablet-portrait', 'tablet-landscape', 'small'],
    scenario: { network: { measured: { up_bps: 120_000, estimate_down_bps: 300_000 }, judged: { verdict: 'fair', reason: 'slow' } }, change: 'network_worse' },
    act: async ({ page }) => {
      await passBirthday(page);
      await page.getByRole('button', { name: 'Play the bell' }).click();
      await page.getByRole('button', { name: 'No' }).click();
      await networkTried(page, 'fair');
    },
  },
  {
    name: 'device-busy',
    page: 'device-check',
    path: '/j#patient',
    views: ['phone', 'tablet-landscape'],
    scenario: { network: 'busy' },
    act: async ({ page }) => {
      await passBirthday(page);
      await networkTried(page, 'untried');
    },
  },
  {
    name: 'device-check-physician',
    page: 'device-check',
    path: '/j#doctor',
    views: ['desk', 'phone'],
    act: ({ page }) => page.getByRole('button', { name: 'Check camera and go in' }).click(),
  },
  {
    name: 'device-microphone-blocked',
    page: 'device-problem',
    path: '/j#patient',
    views: ['tablet-portrait', 'phone'],
    context: { permissions: ['camera'] },
    act: refuseDevices,
  },
  {
    name: 'device-blocked-android',
    page: 'device-problem',
    path: '/j#patient',
    views: ['phone', 'small'],
    context: { userAgent: 'Mozilla/5.0 (Linux; Android 14; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36' },
    act: refuseDevices,
  },
  {
    name: 'device-blocked-iphone',
    page: 'device-problem',
    path: '/j#patient',
    views: ['phone'],
    context: { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1' },
    act: refuseDevices,
  },
  ...['edge', 'firefox', 'safari', 'windows', 'mac', 'ios_settings'].map((guide) => ({
    name: `device-blocked-${guide}`,
    page: 'device-problem',
    path: '/j#patient',
    views: ['tablet-landscape'],
    act: async ({ page }) => {
      await refuseDevices({ page });
      await page.getByLabel('Another device or browser').selectOption(guide);
    },
  })),
  {
    name: 'device-inside-app',
    page: 'device-problem',
    path: '/j#patient',
    views: ['phone', 'small'],
    context: { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 FBAN/FBIOS' },
    act: refuseDevices,
  },
  {
    name: 'device-blocked',
    page: 'device-problem',
    path: '/j#patient',
    views: [...oneOfEach, 'tablet-landscape', 'small'],
    act: refuseDevices,
  },
  {
    name: 'device-blocked-ipad',
    page: 'device-problem',
    path: '/j#patient',
    views: ['tablet-portrait'],
    context: { userAgent: 'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1' },
    act: refuseDevices,
  },
  {
    name: 'entering',
    page: 'entering',
    path: '/j#patient',
    views: oneOfEach,
    act: ({ page, gateway }) => {
      gateway.cut(true);
      return enterAsPatient(page);
    },
  },
  { name: 'full', page: 'full', path: '/j#patient', views: patientViews, scenario: { full: true }, act: ({ page }) => enterAsPatient(page) },
  { name: 'full-physician', page: 'full', path: '/j#doctor', views: ['desk', 'phone'], scenario: { full: true }, staff: true, act: ({ page }) => enterAsPhysician(page) },
  { name: 'waiting', page: 'waiting', path: '/j#patient', views: patientViews, act: ({ page }) => enterAsPatient(page) },
  {
    name: 'waiting-late',
    page: 'waiting',
    path: '/j#patient',
    views: patientViews,
    scenario: { expected: 12 },
    act: async ({ page }) => {
      await enterAsPatient(page);
      await page.waitForSelector('[data-expected]');
    },
  },
  {
    name: 'waiting-moved',
    page: 'waiting',
    path: '/j#patient',
    views: patientViews,
    scenario: { others: [], physicianTold: false },
    act: async ({ page, gateway }) => {
      await enterAsPatient(page);
      await page.waitForSelector('[data-page="waiting"]');
      gateway.tell({ type: 'visit', state: 'scheduled', starts_at: Date.now() + 49 * 3_600_000 });
      await page.waitForSelector('[data-new-time="true"]');
    },
  },
  {
    name: 'waiting-knocked',
    page: 'waiting',
    path: '/j#patient',
    views: ['phone', 'tablet-portrait', 'tablet-landscape', 'small', 'phone-dark', 'phone-text200'],
    scenario: { others: ['doctor'] },
    act: async ({ page }) => {
      await enterAsPatient(page);
      await page.getByRole('button', { name: 'Let Dr. Rao know that I am here' }).click();
      await page.waitForSelector('[data-knock="told"]');
    },
  },
  { name: 'waiting-nobody', page: 'waiting', path: '/j#patient', views: ['phone'], scenario: { others: [], physicianTold: false }, act: ({ page }) => enterAsPatient(page) },
  { name: 'waiting-guest', page: 'waiting', path: '/j#caregiver', views: ['phone', 'tablet-landscape', 'small'], scenario: { others: ['doctor', 'patient'] }, act: ({ page }) => enterAsPatient(page) },
  { name: 'waiting-refused', page: 'waiting', path: '/j#caregiver', views: ['phone', 'tablet-landscape', 'small'], scenario: { others: ['doctor', 'patient'], outside: { caregiver: 'refused' } }, act: ({ page }) => enterAsPatient(page) },
  { name: 'sent-out', page: 'waiting', path: '/j#caregiver', views: patientViews, scenario: { others: ['doctor', 'patient'], outside: { caregiver: 'sent_out' } }, act: ({ page }) => enterAsPatient(page) },
  { name: 'sent-back', page: 'waiting', path: '/j#patient', views: ['phone', 'tablet-landscape', 'small', 'tablet-text200'], scenario: { others: ['doctor', 'treating'], outside: { patient: 'sent_back' } }, act: ({ page }) => enterAsPatient(page) },
  { name: 'calm', page: 'calm', path: '/j#patient', views: patientViews, scenario: { waits: false, huddle: true, others: ['doctor', 'treating', 'caregiver'] }, act: intoCalmRoom },
  { name: 'calm-door', page: 'calm', path: '/j#patient', views: ['phone', 'tablet-landscape', 'small'], scenario: { waits: false, huddle: true, others: ['doctor', 'treating'], door: ['caregiver'] }, act: intoCalmRoom },
  { name: 'calm-guest', page: 'calm', path: '/j#caregiver', views: ['phone', 'tablet-portrait'], scenario: { waits: false, huddle: true, others: ['doctor', 'treating', 'patient'] }, act: intoCalmRoom },
  {
    name: 'visit-door',
    page: 'visit',
    path: '/j#patient',
    views: [...patientViews, 'tablet-landscape-dark', 'short'],
    scenario: { waits: false, others: ['doctor', 'treating'], door: ['caregiver'], knocks: { caregiver: 2 }, recording },
    act: async ({ page }) => {
      await intoVisit(1)({ page });
      await page.waitForSelector('[data-guest]');
    },
  },
  {
    name: 'visit-guests',
    page: 'visit',
    path: '/j#patient',
    views: patientViews,
    scenario: { waits: false, others: ['doctor', 'caregiver', 'interpreter'], door: ['friend'], outside: { friend: 'refused' } },
    act: async ({ page }) => {
      await intoVisit(1)({ page });
      await page.getByRole('tab', { name: /Your guests/ }).click();
      await page.getByRole('button', { name: 'Send out for a while: Ana' }).click();
      await page.waitForSelector('[data-outside="sent_out"]');
    },
  },
  { name: 'visit', page: 'visit', path: '/j#patient', views: [...patientViews, 'tablet-landscape-dark'], scenario: { waits: false, others: ['doctor', 'treating', 'caregiver'], recording }, act: intoVisit(2) },
  {
    name: 'visit-rtl',
    page: 'visit',
    path: '/j#patient',
    views: ['tablet-landscape', 'phone'],
    scenario: { waits: false, others: ['doctor', 'treating', 'caregiver'], recording },
    act: async ({ page }) => {
      await intoVisit(2)({ page });
      await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
    },
  },
  { name: 'visit-two', page: 'visit', path: '/j#patient', views: ['phone', 'tablet-portrait', 'tablet-landscape'], scenario: { waits: false, others: ['doctor'], members: { doctor: { audio_muted: true } } }, act: intoVisit(1) },
  { name: 'visit-three', page: 'visit', path: '/j#patient', views: ['phone', 'tablet-portrait', 'tablet-landscape'], scenario: { waits: false, others: ['doctor', 'caregiver'] }, act: intoVisit(2) },
  {
    name: 'visit-states',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-landscape'],
    scenario: { waits: false, others: ['doctor', 'treating', 'caregiver'], members: { treating: { video_muted: true }, caregiver: { state: 'away' } }, recording: { ...recording, state: 'paused', reason: 'newcomer' } },
    act: async ({ page }) => {
      await intoVisit(1)({ page });
      await page.getByRole('button', { name: 'Mute me' }).click();
      await page.getByRole('button', { name: 'Hide me' }).click();
    },
  },
  {
    name: 'visit-invite',
    page: 'visit',
    path: '/j#patient',
    views: patientViews,
    scenario: { waits: false, others: ['interpreter', 'doctor'] },
    act: async ({ page }) => {
      await intoVisit(1)({ page });
      await page.getByRole('button', { name: 'Invite' }).click();
      await page.getByLabel('Their name').fill('Sam');
      await page.getByRole('button', { name: 'Make the link' }).click();
      await page.locator('svg.qr').waitFor();
    },
  },
  {
    name: 'visit-help',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-portrait', 'tablet-landscape', 'small', 'phone-dark', 'tablet-text200'],
    scenario: { waits: false, others: ['doctor', 'caregiver'], helpComing: true },
    act: async ({ page }) => {
      await intoVisit(1)({ page });
      await page.waitForSelector('[data-help]');
    },
  },
  {
    name: 'visit-interpreter',
    page: 'visit',
    path: '/j#interpreter',
    views: patientViews,
    scenario: { waits: false, others: ['doctor', 'patient'] },
    act: intoVisitOfTeam,
  },
  {
    name: 'visit-emergency',
    page: 'visit',
    path: '/j#interpreter',
    views: [...patientViews, 'tablet-landscape-dark'],
    scenario: { waits: false, others: ['doctor', 'patient'], emergency: knownPlace },
    act: async ({ page }) => {
      await intoVisitOfTeam({ page });
      await page.getByRole('button', { name: 'Emergency' }).click();
      await page.waitForSelector('[data-emergency]');
    },
  },
  {
    name: 'calm-interpreter',
    page: 'calm',
    path: '/j#interpreter',
    views: ['phone', 'tablet-landscape', 'small'],
    scenario: { waits: false, huddle: true, others: ['doctor', 'treating', 'patient'], emergency: knownPlace },
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Get ready for my visit' }).click();
      await page.getByRole('button', { name: 'I see and hear myself' }).click();
      await page.waitForSelector('[data-calm]');
      await page.getByRole('button', { name: 'Emergency' }).click();
      await page.waitForSelector('[data-emergency]');
    },
  },
  {
    name: 'visit-chat',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-landscape', 'small'],
    scenario: { waits: false, others: ['doctor', 'caregiver'], chat },
    act: async ({ page }) => {
      await intoVisit(1)({ page });
      await page.getByRole('tab', { name: /Messages/ }).click();
      await page.getByLabel('Write a message').fill('Thank you <b>all</b>');
      await page.getByRole('button', { name: 'Send' }).click();
    },
  },
  { name: 'visit-consent', page: 'visit', path: '/j#patient', views: [...patientViews, 'short'], scenario: { waits: false, others: ['doctor', 'treating', 'caregiver'], consentAsked: true, recording: { state: 'asking', reason: 'waiting_for_consent', waiting_for: ['p-alder'], since: 0, recorded_ms: 0 } }, act: intoVisit(1) },
  { name: 'visit-device', page: 'visit', path: '/j#patient', views: ['phone', 'tablet-landscape'], scenario: { waits: false, secondDevice: true }, act: intoVisit(1) },
  {
    name: 'visit-reconnecting',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-landscape', 'small', 'phone-dark', 'tablet-text200'],
    scenario: { waits: false },
    act: async ({ page, gateway, media }) => {
      await intoVisit(1)({ page });
      await loseEverything({ page, gateway, media });
    },
  },
  {
    name: 'visit-interrupted',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-landscape'],
    scenario: { waits: false, others: ['doctor', 'caregiver'] },
    act: async ({ page, gateway, media }) => {
      await intoVisit(2)({ page });
      await page.waitForTimeout(2500); // a flow is one after two seconds
      gateway.world.deaf = true;
      await media.closePeers(gateway.sessions);
      await conditionOnScreen(page, 'reconnecting');
    },
  },
  {
    name: 'visit-still',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-portrait', 'tablet-landscape', 'small', 'tablet-text200'],
    scenario: { waits: false, others: ['doctor', 'treating', 'caregiver'], pictures: { doctor: 'still', treating: 'small', caregiver: 'still' }, seen: { doctor: 'still' }, recording },
    act: async ({ page }) => {
      await intoVisit(2)({ page });
      await conditionOnScreen(page, 'still');
    },
  },
  {
    name: 'visit-voice',
    page: 'visit',
    path: '/j#patient',
    views: [...patientViews, 'tablet-landscape-dark'],
    scenario: { waits: false, others: ['doctor', 'treating', 'caregiver'], pictures: { doctor: 'sound_only', treating: 'sound_only', caregiver: 'sound_only' }, seen: { doctor: 'sound_only', treating: 'sound_only', caregiver: 'sound_only' }, recording },
    act: async ({ page }) => {
      await intoVisit(0)({ page });
      await conditionOnScreen(page, 'sound_only');
    },
  },
  {
    name: 'visit-call-us',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-portrait', 'tablet-landscape', 'desk', 'small', 'phone-dark', 'tablet-text200'],
    scenario: { waits: false, others: ['doctor', 'caregiver'], pictures: { doctor: 'sound_lost', caregiver: 'sound_only' }, seen: { doctor: 'sound_lost' } },
    act: async ({ page }) => {
      await intoVisit(0)({ page });
      await conditionOnScreen(page, 'sound_lost');
    },
  },
  {
    name: 'visit-connection',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-portrait', 'tablet-landscape', 'small', 'phone-dark', 'phone-text200'],
    scenario: { waits: false, others: ['doctor', 'caregiver'], quality: { patient: { level: 'fair', reason: 'rate', score: 3 } }, seen: { doctor: 'small' }, missed: { caregiver: 6 }, recording },
    act: async ({ page }) => {
      await intoVisit(2)({ page });
      await page.waitForSelector('[data-missed="1"]');
      await page.getByRole('button', { name: 'Your connection: weak' }).click();
    },
  },
  {
    name: 'visit-missed',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-landscape'],
    scenario: { waits: false, others: ['doctor', 'caregiver'], missed: { doctor: 6 }, members: { caregiver: { state: 'away', away: 'call' } } },
    act: async ({ page }) => {
      await intoVisit(1)({ page });
      await page.waitForSelector('[data-missed="1"]');
    },
  },
  {
    name: 'visit-microphone',
    page: 'visit',
    path: '/j#patient',
    views: [...patientViews, 'tablet-landscape-dark'],
    scenario: { waits: false, others: ['doctor', 'treating', 'caregiver'] },
    act: async ({ page }) => {
      await rememberCapture({ page });
      await intoVisit(2)({ page });
      await loseDevice('audio')({ page });
    },
  },
  {
    name: 'visit-camera',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-landscape'],
    scenario: { waits: false, others: ['doctor'] },
    act: async ({ page }) => {
      await rememberCapture({ page });
      await intoVisit(1)({ page });
      await loseDevice('video')({ page });
    },
  },
  {
    name: 'visit-sound-blocked',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-landscape'],
    scenario: { waits: false, others: ['doctor', 'treating', 'caregiver'] },
    act: async ({ page }) => {
      await blockSound({ page });
      await intoVisit(2)({ page });
      await page.waitForSelector('[data-fix]');
    },
  },
  {
    name: 'left',
    page: 'ended',
    path: '/j#patient',
    views: oneOfEach,
    scenario: { waits: false },
    act: async ({ page }) => {
      await intoVisit(1)({ page });
      await page.getByRole('button', { name: 'Leave' }).click();
    },
  },
  {
    name: 'ended',
    page: 'ended',
    path: '/j#patient',
    views: oneOfEach,
    scenario: { waits: false },
    act: async ({ page, gateway }) => {
      await intoVisit(1)({ page });
      gateway.tell({ type: 'bye', reason: 'ended', message: 'The visit is over.' });
    },
  },
  ...['denied', 'taken_over', 'revoked'].map((reason) => ({
    name: `ended-${reason}`,
    page: 'ended',
    path: '/j#patient',
    views: ['phone'],
    scenario: { waits: false },
    act: async ({ page, gateway }) => {
      await intoVisit(1)({ page });
      gateway.tell({ type: 'bye', reason, message: '' });
      await page.waitForSelector('[data-page="ended"]');
    },
  })),
  {
    name: 'desk-lost',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: ['desk'],
    scenario: { others: ['patient', 'doctor'] },
    act: async ({ page, gateway, media }) => {
      await intoDesk(1)({ page });
      await loseEverything({ page, gateway, media });
    },
  },
  {
    name: 'desk-weak',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: deskViews,
    scenario: { others: ['patient', 'treating', 'caregiver', 'doctor'], pictures: { patient: 'still', caregiver: 'sound_only', treating: 'small' }, seen: { patient: 'sound_only' }, missed: { patient: 6 }, recording, chat },
    act: async ({ page }) => {
      await intoDesk(1)({ page });
      await page.waitForSelector('[data-missed="1"]');
    },
  },
  {
    name: 'desk-voice',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: ['desk', 'desk-dark', 'tablet-portrait', 'phone'],
    scenario: { others: ['patient', 'doctor'], pictures: { patient: 'sound_only' }, seen: { patient: 'still' }, quality: { doctor: { level: 'good', reason: 'cpu', score: 4 } } },
    act: async ({ page }) => {
      await intoDesk(0)({ page });
      await conditionOnScreen(page, 'sound_only');
      await page.getByRole('button', { name: 'Your connection: good' }).click();
    },
  },
  {
    name: 'desk-microphone',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: ['desk', 'tablet-portrait'],
    scenario: { others: ['patient', 'doctor'], pictures: { patient: 'sound_lost' } },
    act: async ({ page }) => {
      await rememberCapture({ page });
      await intoDesk(0)({ page });
      await conditionOnScreen(page, 'sound_lost');
      await loseDevice('audio')({ page });
    },
  },
  { name: 'desk-alert', page: 'desk', path: '/j#doctor', views: deskViews, staff: true, scenario: { door: ['patient'], others: ['treating'], screening: screeningOf(alertOf()) }, act: async (scene) => {
    await intoDesk()(scene);
    await scene.page.waitForSelector('[data-alert="pressing"]');
  } },
  { name: 'desk-alert-seen', page: 'desk', path: '/j#doctor', views: ['desk', 'tablet-portrait'], staff: true, scenario: { others: ['patient', 'treating'], screening: screeningOf(alertOf()) }, act: async (scene) => {
    await intoDesk()(scene);
    await scene.page.getByRole('button', { name: 'I have seen it' }).click();
    await scene.page.waitForSelector('[data-alert="acknowledged"]');
    await scene.page.locator('.d-side summary').click();
  } },
  {
    name: 'desk-huddle',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: deskViews,
    scenario: { others: ['doctor', 'treating', 'patient', 'caregiver'], recording: { ...recording, state: 'paused', reason: 'huddle' }, chat },
    act: async ({ page }) => {
      await intoDesk(1)({ page });
      await page.getByRole('button', { name: 'Huddle with Dr. Feld' }).click();
      await page.waitForSelector('[data-huddle]');
    },
  },
  { name: 'desk-huddle-before', page: 'desk', path: '/j#doctor', staff: true, views: ['desk', 'tablet-portrait', 'phone'], scenario: { others: ['doctor', 'treating'], door: ['patient'], huddle: true }, act: intoDesk(1) },
  {
    name: 'desk-sent',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: ['desk', 'tablet-portrait', 'phone'],
    scenario: { others: ['doctor', 'patient', 'interpreter'], door: ['caregiver', 'friend'], outside: { caregiver: 'sent_out', friend: 'sent_back' } },
    act: intoDesk(1),
  },
  {
    name: 'desk-knock',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: ['desk', 'laptop', 'tablet-portrait', 'phone'],
    scenario: { others: ['doctor'], door: ['patient'], knocks: { patient: 1 } },
    act: async ({ page }) => {
      await intoDesk(0)({ page });
      await page.getByText('Knocked 1 minute ago').waitFor();
      await page.getByRole('button', { name: 'Sound at the door: on' }).click();
    },
  },
  { name: 'desk-admit', page: 'desk', path: '/j#doctor', staff: true, views: deskViews, scenario: { others: ['doctor', 'treating'], door: ['patient', 'caregiver'] }, act: intoDesk(1) },
  {
    name: 'desk-licence-blocked',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: deskViews,
    scenario: { others: ['doctor'], door: ['patient'], licence: licenceOf('blocked', 'expired', { expires: '2026-10-31', consultation_helps: true }) },
    act: async ({ page }) => {
      await intoDesk(0)({ page });
      await page.waitForSelector('[data-licence="blocked"]');
    },
  },
  {
    name: 'desk-licence-warned',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: ['desk', 'tablet-portrait', 'phone', 'desk-dark'],
    scenario: { others: ['doctor'], door: ['patient'], licence: licenceOf('warning', 'restricted') },
    act: async ({ page }) => {
      await intoDesk(0)({ page });
      await page.waitForSelector('[data-licence="warning"]');
      await page.getByRole('button', { name: 'Let Mrs. Alder in' }).click();
      await page.getByRole('button', { name: 'Let in all the same' }).waitFor();
    },
  },
  {
    name: 'desk-consultation',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: deskViews,
    scenario: {
      others: ['patient', 'treating', 'doctor'],
      licence: { ...licenceOf('consultation', 'missing', { consultation_helps: true }), consultation: { since: Date.now() - 300_000, colleague: 'p-feld' } },
    },
    act: async ({ page }) => {
      await intoDesk(1)({ page });
      await page.waitForSelector('[data-consultation="true"]');
    },
  },
  {
    name: 'desk-invite',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: deskViews,
    scenario: { others: ['patient', 'doctor'] },
    act: async ({ page }) => {
      await intoDesk(1)({ page });
      await page.getByRole('button', { name: 'Invite' }).click();
      await page.getByLabel('Their name').fill('Luz Ortega');
      await page.getByLabel('They come as').selectOption('interpreter');
    },
  },
  {
    name: 'desk-guests',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: ['desk', 'tablet-portrait', 'phone'],
    scenario: { others: ['interpreter', 'trainee', 'patient', 'doctor'], door: ['helper'] },
    act: intoDesk(2),
  },
  {
    name: 'desk-late',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: deskViews,
    scenario: { others: ['doctor'], door: ['patient'] },
    act: async ({ page }) => {
      await intoDesk(0)({ page });
      await page.getByRole('button', { name: '10 min' }).click();
      await page.waitForSelector('[data-late="true"]');
    },
  },
  ...[
    { name: 'desk-emergency', views: deskViews, emergency: knownPlace },
    { name: 'desk-emergency-unknown', views: ['desk', 'phone'], emergency: { scripts: [], patient: { participant: 'p-alder', name: 'Mrs. Ruth Alder', phone: '+1 406 555 0101' } } },
  ].map(({ name, views, emergency }) => ({
    name,
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views,
    scenario: { others: ['patient', 'treating', 'doctor'], emergency },
    act: async ({ page }) => {
      await intoDesk(1)({ page });
      await page.getByRole('button', { name: 'Emergency' }).click();
      await page.waitForSelector('[data-emergency]');
    },
  })),
  {
    name: 'desk-emergency-known',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: ['desk', 'laptop', 'phone'],
    scenario: { others: ['patient', 'treating', 'doctor'], emergency: knownPlace },
    act: async ({ page }) => {
      await intoDesk(1)({ page });
      await page.getByRole('button', { name: 'Emergency' }).click();
      await page.getByRole('button', { name: 'Tell the patient that help is coming' }).click();
      await page.getByText('Nora Quill, RN knows').waitFor();
    },
  },
  {
    name: 'desk-crowd',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: [...deskViews, 'phone-text200'],
    scenario: { others: ['doctor', 'treating', 'patient', 'caregiver', 'interpreter', 'trainee'], door: ['helper', 'friend'], outside: { friend: 'sent_out' }, recording },
    act: intoDesk(2),
  },
  {
    name: 'desk-es',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: ['desk', 'laptop', 'tablet-landscape', 'phone', 'small'],
    context: { locale: 'es-US' },
    scenario: { others: ['doctor', 'treating', 'patient', 'caregiver'] },
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Probar la cámara y entrar' }).click();
      await page.getByRole('button', { name: 'Me veo y me oigo' }).click();
      await page.waitForSelector('[data-page="desk"]');
      await picturesOnScreen(page, 1);
    },
  },
  { name: 'desk', page: 'desk', path: '/j#doctor', staff: true, views: deskViews, scenario: { others: ['patient', 'treating', 'caregiver', 'doctor'], recording, chat }, act: intoDesk(2) },
  { name: 'desk-consent', page: 'desk', path: '/j#doctor', staff: true, views: ['desk', 'tablet-portrait'], scenario: { others: ['patient', 'doctor'], consentAsked: true, secondDevice: true, recording: { state: 'asking', reason: 'waiting_for_consent', waiting_for: ['p-alder', 'p-rao'], since: 0, recorded_ms: 0 } }, act: intoDesk(1) },
  { name: 'case', page: 'case', path: '/staff#staff', staff: true, views: [...oneOfEach, 'small', 'desk-dark'] },
  {
    name: 'case-manifest',
    page: 'case',
    path: '/staff#staff',
    staff: true,
    views: ['desk', 'phone'],
    act: async ({ page }) => {
      await page.getByRole('button', { name: /SHA-256/ }).click();
      await page.getByText('What happened').click();
      await page.getByRole('table').waitFor();
    },
  },
  { name: 'case-missing', page: 'case-missing', path: '/staff#staff', views: oneOfEach, scenario: { case: 'missing' } },
  { name: 'case-unreachable', page: 'unreachable', path: '/staff#staff', views: ['phone', 'desk'], scenario: { case: 'down' } },
  { name: 'case-loading', page: 'loading', path: '/case#c-1', views: ['desk'], act: neverAnswer },
  { name: 'sign-in', page: 'sign-in', path: '/sign-in', views: oneOfEach, staff: true },
  {
    name: 'sign-in-invented',
    page: 'sign-in',
    path: '/sign-in',
    views: [...oneOfEach, 'small'],
    staff: true,
    scenario: {
      ways: {
        openid: false,
        invented: [
          { staff: 'quill', name: 'Nora Quill, RN', roles: ['coordinator'] },
          { staff: 'rao', name: 'Dr. Mira Rao', roles: ['reviewing_physician'] },
          { staff: 'feld', name: 'Dr. Jonas Feld', roles: ['treating_physician', 'technical_helper'] },
        ],
      },
    },
  },
  { name: 'sign-in-ended', page: 'sign-in', path: '/sign-in', views: ['phone', 'desk'], staff: true, scenario: { account: { account_ended: true } } },
  { name: 'sign-in-no-role', page: 'sign-in', path: '/sign-in?problem=no_role', views: ['phone', 'desk'], staff: true },
  { name: 'sign-in-no-way', page: 'sign-in', path: '/sign-in', views: ['phone'], staff: true, scenario: { ways: { openid: false, invented: null } } },
  { name: 'sign-in-unavailable', page: 'sign-in', path: '/sign-in?problem=unavailable', views: ['phone', 'tablet-portrait'], staff: true },
  {
    name: 'signed-in',
    page: 'signed-in',
    path: '/sign-in',
    views: [...oneOfEach, 'small'],
    staff: true,
    scenario: {
      account: { account: { name: 'Nora Quill, RN', roles: ['coordinator', 'interpreter'], programme: null, ends_at: 4102444800000 } },
    },
  },
  {
    name: 'signed-in-visits',
    page: 'signed-in',
    path: '/sign-in',
    views: [...oneOfEach, 'tablet-landscape', 'small', 'phone-text200'],
    staff: true,
    scenario: { account: physician, ownVisits: ownDay },
    act: ({ page }) => page.getByRole('link', { name: /^Join this visit: Harold Pike/ }).waitFor(),
  },
  {
    name: 'signed-in-visits-es',
    page: 'signed-in',
    path: '/sign-in',
    views: ['tablet-portrait', 'small', 'desk'],
    staff: true,
    context: { locale: 'es-US' },
    scenario: { account: physician, ownVisits: ownDay },
    act: ({ page }) => page.getByRole('link', { name: /^Entrar en esta visita: Harold Pike/ }).waitFor(),
  },
  {
    name: 'signed-in-visits-down',
    page: 'signed-in',
    path: '/sign-in',
    views: ['phone'],
    staff: true,
    scenario: { account: physician, ownVisits: 'down' },
    act: ({ page }) => page.getByText('Your visits could not be read.').waitFor(),
  },
  { name: 'enter-check', page: 'device-check', path: '/enter#v-1', views: ['desk', 'phone'], staff: true, scenario: { account: physician } },
  { name: 'enter-second-device', page: 'second-device', path: '/enter#v-1', views: ['desk', 'phone'], scenario: { account: physician, ownSeat: 'pending' } },
  { name: 'enter-refused', page: 'enter-refused', path: '/enter#v-1', views: oneOfEach, scenario: { account: physician, ownSeat: 'not_found' } },
  { name: 'enter-refused-es', page: 'enter-refused', path: '/enter#v-1', views: ['small'], context: { locale: 'es-US' }, scenario: { account: physician, ownSeat: 'not_found' } },
  { name: 'board-helper', page: 'board', path: '/board', views: ['desk', 'tablet-portrait', 'phone', 'desk-dark'], staff: true, scenario: { account: helper, wayInOnly: true }, act: boardIsLive },
  {
    name: 'board-helper-detail',
    page: 'board',
    path: '/board',
    views: ['desk', 'tablet-landscape', 'small'],
    staff: true,
    scenario: { account: helper, wayInOnly: true },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByRole('button', { name: 'Harold Pike' }).click();
      await page.locator('[data-detail]').getByRole('link', { name: /^Help: Harold Pike/ }).waitFor();
    },
  },
  {
    name: 'board-join',
    page: 'board',
    path: '/board',
    views: ['desk', 'phone'],
    staff: true,
    scenario: { account: coordinator, ownVisits: [{ start: 7, id: 'b-1', you: { participant: 'b-1-n', role: 'coordinator', state: 'invited' } }] },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByRole('button', { name: 'Harold Pike' }).click();
      await page.locator('[data-detail]').getByRole('link', { name: 'Join this visit' }).waitFor();
    },
  },
  { name: 'practice', page: 'practice', path: '/practice', views: [...oneOfEach, 'small'], staff: true, scenario: { account: coordinator } },
  {
    name: 'practice-begun',
    page: 'practice',
    path: '/practice',
    views: [...deskViews, 'phone-text200'],
    staff: true,
    scenario: { account: coordinator },
    act: beginPractice,
  },
  {
    name: 'practice-es',
    page: 'practice',
    path: '/practice',
    views: ['phone', 'desk', 'small'],
    staff: true,
    context: { locale: 'es-US' },
    scenario: { account: coordinator },
    act: ({ page }) => beginPractice({ page }, 'Empezar una visita de práctica'),
  },
  { name: 'practice-again', page: 'practice', path: '/practice', views: ['desk', 'phone'], staff: true, scenario: { account: coordinator, practice: practiceOf(Date.now()) } },
  {
    name: 'practice-full',
    page: 'practice',
    path: '/practice',
    views: ['phone', 'tablet-portrait'],
    staff: true,
    scenario: { account: coordinator, practice: 'full' },
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Start a practice visit' }).click();
      await page.getByText('Many colleagues').waitFor();
    },
  },
  { name: 'arrival-practice', page: 'arrival', path: '/j#patient', views: patientViews, scenario: { practising: true } },
  { name: 'waiting-practice', page: 'waiting', path: '/j#patient', views: ['phone', 'tablet-landscape', 'small', 'phone-text200'], scenario: { practising: true }, act: ({ page }) => enterAsPatient(page) },
  { name: 'visit-practice', page: 'visit', path: '/j#patient', views: patientViews, scenario: { practising: true, waits: false, chat }, act: intoVisit(2) },
  { name: 'desk-practice', page: 'desk', path: '/j#doctor', staff: true, views: deskViews, scenario: { practising: true, others: ['patient', 'treating', 'caregiver', 'doctor'], chat }, act: intoDesk(2) },
  {
    name: 'desk-practice-emergency',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: ['desk', 'phone'],
    scenario: { practising: true, others: ['patient', 'treating', 'doctor'], emergency: knownPlace },
    act: async ({ page }) => {
      await intoDesk(1)({ page });
      await page.getByRole('button', { name: 'Emergency' }).click();
      await page.getByText('Practice: nobody was alerted').waitFor();
    },
  },
  {
    name: 'ended-practice',
    page: 'ended',
    path: '/j#patient',
    views: ['phone', 'desk'],
    scenario: { practising: true, waits: false },
    act: async ({ page, gateway }) => {
      await intoVisit(1)({ page });
      gateway.tell({ type: 'bye', reason: 'ended', message: 'The visit is over.' });
      await page.getByText('Nothing of this practice visit is kept').waitFor();
    },
  },
  { name: 'board', page: 'board', path: '/board', views: [...deskViews, 'phone-text200'], staff: true, scenario: { account: coordinator }, act: boardIsLive },
  {
    name: 'board-es',
    page: 'board',
    path: '/board',
    views: ['desk', 'tablet-portrait', 'phone'],
    staff: true,
    context: { locale: 'es-US' },
    scenario: { account: coordinator },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByRole('button', { name: 'Harold Pike' }).click();
      await page.waitForSelector('[data-detail]');
    },
  },
  {
    name: 'board-detail',
    page: 'board',
    path: '/board',
    views: deskViews,
    staff: true,
    scenario: { account: coordinator },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByRole('button', { name: 'Harold Pike' }).click();
      await page.locator('[data-detail]').getByRole('link', { name: /^Help: Harold Pike/ }).waitFor();
      await page.getByRole('button', { name: 'New link: Harold Pike' }).click();
      await page.getByRole('button', { name: 'Make a new link' }).click();
      await page.getByRole('button', { name: 'Copy the link' }).waitFor();
    },
  },
  {
    name: 'board-letter',
    page: 'board',
    path: '/board',
    views: ['desk', 'phone', 'small'],
    staff: true,
    scenario: { account: coordinator },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByRole('button', { name: 'Harold Pike' }).click();
      await page.getByRole('button', { name: 'Send the link again: Harold Pike' }).click();
      await page.getByText('Sent by email').waitFor();
    },
  },
  {
    name: 'board-locked',
    page: 'board',
    path: '/board',
    views: ['desk', 'desk-dark', 'phone'],
    staff: true,
    scenario: { account: coordinator },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByRole('button', { name: 'Greta Sund' }).click();
      await page.getByRole('button', { name: 'Unlock the link' }).waitFor();
    },
  },
  {
    name: 'board-licences',
    page: 'board',
    path: '/board',
    views: ['desk', 'desk-dark', 'phone', 'small'],
    staff: true,
    scenario: { account: coordinator },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByRole('button', { name: 'Tomas Reyes' }).click();
      await page.getByRole('button', { name: /^Licenses of/ }).click();
      await page.getByRole('button', { name: 'Write down a license' }).click();
      await page.getByRole('button', { name: 'Save' }).click(); // without a number
      await page.getByText('Please give the license number.').waitFor();
    },
  },
  {
    name: 'board-licences-es',
    page: 'board',
    path: '/board',
    views: ['desk', 'phone'],
    staff: true,
    context: { locale: 'es-US' },
    scenario: {
      account: coordinator,
      licenceStates: [
        { state: 'US-*', words: null },
        { state: 'CA-ON', words: both('Ontario, Canada', 'Ontario, Canadá') },
      ],
    },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByRole('button', { name: 'Tomas Reyes' }).click();
      await page.getByRole('button', { name: /^Licencias de/ }).click();
      await page.getByRole('button', { name: 'Anotar una licencia' }).click();
      await page.getByLabel('Lugar').selectOption({ label: 'Ontario, Canadá' });
    },
  },
  {
    name: 'board-move',
    page: 'board',
    path: '/board',
    views: [...deskViews, 'phone-text200'],
    staff: true,
    scenario: { account: coordinator, calendar: true },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByRole('button', { name: 'Harold Pike' }).click();
      await page.getByRole('button', { name: 'Move the visit' }).click();
      await page.getByRole('radio').nth(1).check();
    },
  },
  {
    name: 'board-move-es',
    page: 'board',
    path: '/board',
    views: ['desk', 'phone', 'small'],
    staff: true,
    context: { locale: 'es-US' },
    scenario: { account: coordinator },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByRole('button', { name: 'Harold Pike' }).click();
      await page.getByRole('button', { name: 'Cambiar la hora de la visita' }).click();
      await page.getByRole('dialog').getByLabel('Hora').fill('06:15');
      await page.getByRole('dialog').getByLabel('Día').fill('2099-11-22');
    },
  },
  {
    name: 'board-moved',
    page: 'board',
    path: '/board',
    views: ['desk', 'phone'],
    staff: true,
    scenario: { account: coordinator, calendar: true },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByRole('button', { name: 'Harold Pike' }).click();
      await page.getByRole('button', { name: 'Move the visit' }).click();
      await page.getByRole('radio').nth(1).check();
      await page.getByRole('dialog').getByRole('button', { name: 'Move the visit' }).click();
      await page.waitForSelector('[data-moved]');
    },
  },
  {
    name: 'board-emergency',
    page: 'board',
    path: '/board',
    views: ['desk', 'desk-dark', 'tablet-landscape', 'phone'],
    staff: true,
    scenario: { account: coordinator },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByRole('button', { name: 'Pilar Quintero' }).click();
      await page.getByRole('button', { name: 'I see to it' }).waitFor();
    },
  },
  {
    name: 'board-alert',
    page: 'board',
    path: '/board',
    views: ['desk', 'desk-dark', 'tablet-landscape'],
    staff: true,
    scenario: { account: coordinator },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByRole('button', { name: 'Lena Okafor' }).click();
      await page.getByRole('button', { name: 'I see to it' }).click();
      await page.getByText('You see to it now.').waitFor();
      await page.keyboard.press('?');
    },
  },
  {
    name: 'board-busy',
    page: 'board',
    path: '/board',
    views: ['desk'],
    staff: true,
    scenario: { account: coordinator, busy: 200 },
    act: async ({ page }) => {
      await boardIsLive({ page });
      await page.getByLabel('Find by name or number').fill('okafor demo-2014');
      await page.waitForFunction(() => document.querySelectorAll('[data-visit]').length === 1);
      await page.getByLabel('Find by name or number').fill('');
      await page.getByRole('button', { name: 'Waiting', exact: true }).click();
    },
  },
  { name: 'board-empty', page: 'board', path: '/board', views: ['desk', 'phone'], staff: true, scenario: { account: coordinator }, act: async ({ page }) => {
    await boardIsLive({ page });
    await page.getByRole('button', { name: 'The day after' }).click();
    await page.waitForSelector('.nothing');
  } },
  { name: 'board-lost', page: 'board', path: '/board', views: ['desk'], staff: true, scenario: { account: coordinator }, act: async ({ page, gateway }) => {
    await boardIsLive({ page });
    gateway.cut(true);
    await page.waitForSelector('[data-state="lost"]');
  } },
  {
    name: 'board-refused',
    page: 'board-refused',
    path: '/board',
    views: oneOfEach,
    scenario: { account: { account: { name: 'Dr. Mira Rao', roles: ['reviewing_physician'], programme: null, ends_at: 4102444800000 } } },
  },
  {
    name: 'help-offered',
    page: 'waiting',
    path: '/j#patient',
    views: patientViews,
    scenario: { help: { for: 'patient', state: 'offered', words: [['coordinator', 'Good morning! I see that your camera is not on yet. Shall we look at it together?']] } },
    act: async ({ page }) => {
      await enterAsPatient(page);
      await page.waitForSelector('[data-help="offered"]');
    },
  },
  {
    name: 'help-offered-visit',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-portrait', 'tablet-landscape', 'desk'],
    scenario: { waits: false, help: { for: 'patient', state: 'offered' } },
    act: async ({ page }) => {
      await intoVisit(2)({ page });
      await page.waitForSelector('[data-help="offered"]');
    },
  },
  {
    name: 'help-offered-desk',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: ['desk', 'laptop'],
    scenario: { others: ['patient', 'treating'], help: { for: 'doctor', state: 'offered' } },
    act: async ({ page }) => {
      await intoDesk(1)({ page });
      await page.waitForSelector('[data-help="offered"]');
    },
  },
  {
    name: 'help-offered-desk-emergency',
    page: 'desk',
    path: '/j#doctor',
    staff: true,
    views: ['desk', 'laptop'],
    scenario: { others: ['patient', 'treating'], emergency: knownPlace, help: { for: 'doctor', state: 'offered' } },
    act: async ({ page }) => {
      await intoDesk(1)({ page });
      await page.waitForSelector('[data-help="offered"]');
      await page.getByRole('button', { name: 'Emergency' }).click();
      await page.waitForSelector('[data-emergency]');
    },
  },
  {
    name: 'help-open',
    page: 'waiting',
    path: '/j#patient',
    views: patientViews,
    scenario: { help: { for: 'patient', state: 'open', words: [['coordinator', 'Tap the picture of the camera at the top.']] } },
    act: async ({ page }) => {
      await enterAsPatient(page);
      await page.waitForSelector('[data-help="open"]');
      await picturesOnScreen(page, 1);
    },
  },
  {
    name: 'help-open-visit',
    page: 'help-aside',
    path: '/j#patient',
    views: patientViews,
    scenario: { waits: false, help: { for: 'patient', state: 'open', words: [['coordinator', 'Can you hear me now?'], ['patient', 'Yes! Thank you.']] } },
    act: async ({ page }) => {
      await enterAsPatient(page);
      await page.waitForSelector('[data-help="open"]');
      await picturesOnScreen(page, 1);
      await page.getByRole('button', { name: 'Write to Nora' }).click();
    },
  },
  {
    name: 'help-on-the-way',
    page: 'device-problem',
    path: '/j#patient',
    views: ['phone', 'tablet-portrait', 'tablet-landscape', 'small', 'phone-text200'],
    scenario: { help: { for: 'patient', state: 'offered' } },
    act: async ({ page }) => {
      await refuseDevices({ page });
      await page.getByRole('button', { name: 'Talk with Nora' }).click();
      await page.waitForSelector('[data-help="open"]');
      await picturesOnScreen(page, 1);
    },
  },
  {
    name: 'help-over',
    page: 'waiting',
    path: '/j#patient',
    views: ['phone', 'tablet-portrait'],
    scenario: { help: { for: 'patient', state: 'open' } },
    act: async ({ page, gateway }) => {
      await page.clock.install();
      await enterAsPatient(page);
      await page.waitForSelector('[data-help="open"]');
      Object.assign(gateway.world.help, { state: 'over' });
      gateway.tellHelp();
      await page.waitForSelector('[data-help="over"]');
    },
  },
  {
    name: 'helper',
    page: 'help',
    path: '/help#b-1.b-1-p',
    views: deskViews,
    staff: true,
    scenario: { account: coordinator, help: { for: 'patient', state: 'open', name: 'Harold Pike', words: [['coordinator', 'Tap the picture of the camera at the top.'], ['patient', 'Now it asks me something.']] } },
    act: async ({ page }) => {
      await page.waitForSelector('[data-help="open"] [data-facts="permission_denied"]');
      await picturesOnScreen(page, 1);
    },
  },
  {
    name: 'helper-asked',
    page: 'help',
    path: '/help#b-1.b-1-p',
    views: ['desk', 'tablet-portrait', 'phone'],
    staff: true,
    context: { locale: 'es-US' },
    scenario: { account: coordinator, help: { for: 'patient', state: 'offered', name: 'Harold Pike' } },
    act: ({ page }) => page.waitForSelector('[data-help="offered"] [data-facts="permission_denied"]'),
  },
  {
    name: 'helper-over',
    page: 'help-over',
    path: '/help#b-1.b-1-p',
    views: oneOfEach,
    scenario: { account: coordinator, help: { for: 'patient', state: 'open', name: 'Harold Pike' } },
    act: async ({ page }) => {
      await page.waitForSelector('[data-help="open"]');
      await page.getByRole('button', { name: 'End the help' }).click();
    },
  },
  { name: 'helper-refused', page: 'help-refused', path: '/help#b-1.b-1-p', views: oneOfEach, scenario: { account: coordinator, help: { refused: 'help_taken' } } },
  { name: 'staff-bad-link', page: 'staff-sign-in', path: '/staff#wrong', views: oneOfEach },
];
