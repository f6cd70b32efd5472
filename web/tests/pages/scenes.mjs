// What is looked at: each scene leads to one page.

const patientViews = ['phone', 'tablet-portrait', 'tablet-landscape', 'small', 'phone-dark', 'phone-text200', 'tablet-text200'];
const deskViews = ['desk', 'desk-dark', 'tablet-portrait', 'tablet-landscape', 'phone', 'small', 'tablet-text200'];

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
    { timeout: 15_000 },
  );

const intoVisit = (pictures) => async ({ page }) => {
  await enterAsPatient(page);
  if (pictures) await picturesOnScreen(page, pictures);
};

const intoDesk = (pictures) => async ({ page }) => {
  await enterAsPhysician(page);
  if (pictures) await picturesOnScreen(page, pictures);
};

const recording = { state: 'recording', reason: 'none', waiting_for: [], since: Date.now() - 64_000, recorded_ms: 1_000_000 };
const chat = [
  { id: 'm1', participant: 'p-ana', name: 'Ana Alder', text: 'Can she have the radiation near Hamilton?', at: Date.now() - 120_000 },
  { id: 'm2', participant: 'p-rao', name: 'Dr. Mira Rao', text: 'Yes. I will say more about that in a moment.', at: Date.now() - 60_000 },
];

export const scenes = [
  { name: 'arrival', page: 'arrival', path: '/j#patient', views: patientViews },
  { name: 'arrival-xss', page: 'arrival', path: '/j#patient', views: ['phone'], scenario: { name: '<img src=x onerror=alert(1)> __proto__' } },
  { name: 'arrival-physician', page: 'arrival', path: '/j#doctor', views: ['desk', 'phone'] },
  { name: 'link-unknown', page: 'link-unknown', path: '/j#x', views: ['phone', 'tablet-portrait'], scenario: { link: 'unknown' } },
  { name: 'link-expired', page: 'link-expired', path: '/j#x', views: ['phone'], scenario: { link: 'expired' } },
  { name: 'link-ended', page: 'link-ended', path: '/j#x', views: ['phone'], scenario: { link: 'ended' } },
  { name: 'link-missing', page: 'link-missing', path: '/j', views: ['phone'] },
  { name: 'unreachable', page: 'unreachable', path: '/j#x', views: ['phone'], scenario: { link: 'down' } },
  { name: 'home', page: 'home', path: '/', views: ['desk'] },
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
  { name: 'locked', page: 'locked', path: '/j#patient', views: ['phone'], scenario: { link: 'locked' }, act: ({ page }) => passBirthday(page) },
  { name: 'second-device', page: 'second-device', path: '/j#patient', views: ['phone'], scenario: { link: 'pending' }, act: ({ page }) => passBirthday(page) },
  { name: 'second-device-refused', page: 'second-device-refused', path: '/j#patient', views: ['phone'], scenario: { link: 'refused' }, act: ({ page }) => passBirthday(page) },
  { name: 'device-check', page: 'device-check', path: '/j#patient', views: patientViews, settle: 900, act: ({ page }) => passBirthday(page) },
  {
    name: 'device-blocked',
    page: 'device-problem',
    path: '/j#patient',
    views: ['phone', 'tablet-portrait', 'tablet-landscape', 'small', 'phone-dark'],
    fullPage: true,
    act: async ({ page }) => {
      await page.addInitScript(() => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
      });
      await page.reload();
      await passBirthday(page);
    },
  },
  {
    name: 'device-blocked-ipad',
    page: 'device-problem',
    path: '/j#patient',
    views: ['tablet-portrait'],
    fullPage: true,
    context: { userAgent: 'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1' },
    act: async ({ page }) => {
      await page.addInitScript(() => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
      });
      await page.reload();
      await passBirthday(page);
    },
  },
  { name: 'waiting', page: 'waiting', path: '/j#patient', views: patientViews, settle: 600, act: ({ page }) => enterAsPatient(page) },
  { name: 'waiting-nobody', page: 'waiting', path: '/j#patient', views: ['phone'], settle: 600, scenario: { others: [], physicianTold: false }, act: ({ page }) => enterAsPatient(page) },
  { name: 'visit', page: 'visit', path: '/j#patient', views: [...patientViews, 'tablet-landscape-dark', 'desk'], scenario: { waits: false, others: ['doctor', 'treating', 'caregiver'], recording }, settle: 700, act: intoVisit(2) },
  {
    name: 'visit-rtl',
    page: 'visit',
    path: '/j#patient',
    views: ['tablet-landscape', 'phone'],
    scenario: { waits: false, others: ['doctor', 'treating', 'caregiver'], recording },
    settle: 700,
    act: async ({ page }) => {
      await intoVisit(2)({ page });
      await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
    },
  },
  { name: 'visit-two', page: 'visit', path: '/j#patient', views: ['phone', 'tablet-portrait', 'tablet-landscape'], scenario: { waits: false, others: ['doctor'], members: { doctor: { audio_muted: true } } }, settle: 700, act: intoVisit(1) },
  { name: 'visit-three', page: 'visit', path: '/j#patient', views: ['phone', 'tablet-portrait', 'tablet-landscape'], scenario: { waits: false, others: ['doctor', 'caregiver'] }, settle: 700, act: intoVisit(2) },
  {
    name: 'visit-states',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-landscape'],
    scenario: { waits: false, others: ['doctor', 'treating', 'caregiver'], members: { treating: { video_muted: true }, caregiver: { state: 'away' } }, recording: { ...recording, state: 'paused', reason: 'newcomer' } },
    settle: 700,
    act: async ({ page }) => {
      await intoVisit(1)({ page });
      await page.getByRole('button', { name: 'Mute me' }).click();
      await page.getByRole('button', { name: 'Hide me' }).click();
    },
  },
  {
    name: 'visit-chat',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-landscape', 'small'],
    scenario: { waits: false, others: ['doctor', 'caregiver'], chat },
    settle: 500,
    act: async ({ page }) => {
      await intoVisit(1)({ page });
      await page.getByRole('tab', { name: /Messages/ }).click();
      await page.getByLabel('Write a message').fill('Thank you <b>all</b>');
      await page.getByRole('button', { name: 'Send' }).click();
    },
  },
  { name: 'visit-consent', page: 'visit', path: '/j#patient', views: patientViews, scenario: { waits: false, others: ['doctor', 'treating', 'caregiver'], consentAsked: true, recording: { state: 'asking', reason: 'waiting_for_consent', waiting_for: ['p-alder'], since: 0, recorded_ms: 0 } }, settle: 700, act: intoVisit(1) },
  { name: 'visit-device', page: 'visit', path: '/j#patient', views: ['phone', 'tablet-landscape'], scenario: { waits: false, secondDevice: true }, settle: 700, act: intoVisit(1) },
  {
    name: 'visit-reconnecting',
    page: 'visit',
    path: '/j#patient',
    views: ['phone', 'tablet-landscape', 'small', 'phone-dark', 'tablet-text200'],
    scenario: { waits: false },
    settle: 1200,
    act: async ({ page, gateway }) => {
      await intoVisit(2)({ page });
      gateway.cut(true);
      await page.waitForSelector('[data-reconnecting]');
    },
  },
  {
    name: 'left',
    page: 'ended',
    path: '/j#patient',
    views: ['phone', 'tablet-portrait'],
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
    views: ['phone'],
    scenario: { waits: false },
    act: async ({ page, gateway }) => {
      await intoVisit(1)({ page });
      gateway.tell({ type: 'bye', reason: 'ended', message: 'The visit is over.' });
    },
  },
  { name: 'desk-admit', page: 'desk', path: '/j#doctor', staff: true, views: deskViews, scenario: { others: ['doctor', 'treating'], door: ['patient', 'caregiver'] }, settle: 800, act: intoDesk(1) },
  { name: 'desk', page: 'desk', path: '/j#doctor', staff: true, views: deskViews, scenario: { others: ['patient', 'treating', 'caregiver', 'doctor'], recording, chat }, settle: 800, act: intoDesk(2) },
  { name: 'desk-consent', page: 'desk', path: '/j#doctor', staff: true, views: ['desk', 'tablet-portrait'], scenario: { others: ['patient', 'doctor'], consentAsked: true, secondDevice: true, recording: { state: 'asking', reason: 'waiting_for_consent', waiting_for: ['p-alder', 'p-rao'], since: 0, recorded_ms: 0 } }, settle: 800, act: intoDesk(1) },
  { name: 'desk-lost', page: 'desk', path: '/j#doctor', staff: true, views: ['desk'], scenario: { others: ['patient', 'doctor'] }, settle: 800, act: async ({ page, gateway }) => {
    await intoDesk(1)({ page });
    gateway.cut(true);
    await page.waitForSelector('[data-reconnecting]');
  } },
  { name: 'case', page: 'case', path: '/staff#staff', staff: true, views: ['desk', 'tablet-portrait', 'phone', 'small', 'desk-dark'], fullPage: true, settle: 400 },
  {
    name: 'case-manifest',
    page: 'case',
    path: '/staff#staff',
    staff: true,
    views: ['desk', 'phone'],
    fullPage: true,
    settle: 400,
    act: async ({ page }) => {
      await page.getByRole('button', { name: /SHA-256/ }).click();
      await page.getByText('What happened').click();
      await page.getByRole('table').waitFor();
    },
  },
  { name: 'staff-bad-link', page: 'staff-sign-in', path: '/staff#wrong', views: ['desk'] },
];
