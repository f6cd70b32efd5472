// How far a person is on the way in, told to the gateway for whoever watches over the day. It
// decides nothing: what cannot be told is forgotten.

/** What the gateway cannot know by itself. The first two by the link's secret, the others by the seat's cookie. */
export type ToldStep =
  | 'link_opened'
  | 'birth_date_asked'
  | 'permission_asked'
  | 'permission_denied'
  | 'checked'
  | 'checked_with_problems';

export type SeatProblem = 'camera' | 'microphone' | 'speaker' | 'network' | 'browser';

let last = '';

export function tellStep(step: ToldStep, more: { problems?: SeatProblem[]; secret?: string } = {}): void {
  const body = JSON.stringify({
    step,
    ...(more.problems?.length ? { problems: more.problems } : {}),
    ...(more.secret ? { secret: more.secret } : {}),
  });
  if (body === last) return;
  last = body;
  // `keepalive`: the page may be on its way out.
  void fetch('/api/v1/seat/step', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
    credentials: 'same-origin',
    cache: 'no-store',
    keepalive: true,
  }).catch(() => undefined);
}

/** What a person looks at for less than this may be a mail scanner's look. */
const LOOK_MS = 3000;

/** Tells that the link was opened once somebody has had the page before them for a while. Returns what stops it. */
export function tellOpened(secret: string, page: Document = document): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const check = () => {
    clearTimeout(timer);
    if (page.visibilityState === 'visible') timer = setTimeout(() => tellStep('link_opened', { secret }), LOOK_MS);
  };
  check();
  page.addEventListener('visibilitychange', check);
  return () => {
    clearTimeout(timer);
    page.removeEventListener('visibilitychange', check);
  };
}
