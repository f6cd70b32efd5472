// The session of a page that has one, for as long as the page is shown: what it knows, and whether it may be heard.

import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Devices } from '../call/devices';
import { platformOf } from '../call/platform';
import { VisitSession } from '../call/visit_session';
import type { SessionOptions, SessionSnapshot } from '../call/visit_session';
import { socketUrl } from '../protocol/socket_url';

/** A page hidden for less than this did not lose its socket. */
const NAP_MS = 3000;
/** Somebody who looks at another tab for less than this was not away. */
const GLANCE_MS = 1000;

export function useVisitSession(seatToken: string, devices: Devices, options?: SessionOptions) {
  const session = useMemo(() => new VisitSession(socketUrl('/visit'), seatToken, devices, options), []);
  const [snapshot, setSnapshot] = useState<SessionSnapshot>(session.snapshot);
  const [soundBlocked, setSoundBlocked] = useState(false);
  const [soundAttempt, setSoundAttempt] = useState(0);
  useEffect(() => {
    const forget = session.subscribe(() => setSnapshot(session.snapshot));
    session.start();
    const stopWaking = wakeWithThePage(session, devices);
    return () => {
      forget();
      stopWaking();
      session.stop();
    };
  }, []);
  const unblock = () => setSoundAttempt((count) => count + 1);
  const devicesAreOpening = snapshot.devices.name === 'asking';
  // Opened: what was not allowed to play before may play now.
  useEffect(() => (devicesAreOpening ? unblock : undefined), [devicesAreOpening]);
  return {
    session,
    snapshot,
    sound: {
      // While they open, nothing is known: browsers let a page that captures play.
      blocked: soundBlocked && !devicesAreOpening,
      unblock,
    },
    slotSounds: { attempt: soundAttempt, onBlocked: setSoundBlocked },
  };
}

/**
 * After a sleep a socket looks open and is dead: every return of the page or the network opens a new one. A page that
 * nobody sees needs no pictures; a tablet or phone stops its camera then, too.
 */
function wakeWithThePage(session: VisitSession, devices: Devices): () => void {
  const captureStops = ['ipad', 'iphone', 'android'].includes(platformOf(navigator));
  let hiddenAt: number | null = null;
  let telling: ReturnType<typeof setTimeout> | undefined;
  const onVisibility = () => {
    const hidden = document.visibilityState === 'hidden';
    clearTimeout(telling);
    if (hidden) {
      hiddenAt ??= Date.now();
      telling = setTimeout(() => session.setSight({ hidden, captureStops }), GLANCE_MS);
      return;
    }
    session.setSight({ hidden, captureStops });
    devices.comeBack();
    if (hiddenAt !== null && Date.now() - hiddenAt >= NAP_MS) session.wake();
    hiddenAt = null;
  };
  const onPageShow = (event: PageTransitionEvent) => event.persisted && session.wake();
  const onNetwork = () => session.networkChanged();
  const network = (navigator as { connection?: EventTarget & { type?: string } }).connection;
  let networkType = network?.type;
  // Browsers say "change" also when they merely guess another speed.
  const onConnection = () => {
    if (network?.type === networkType) return;
    networkType = network?.type;
    if (networkType !== 'none') onNetwork();
  };
  onVisibility();
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('pageshow', onPageShow);
  window.addEventListener('online', onNetwork);
  network?.addEventListener?.('change', onConnection);
  return () => {
    clearTimeout(telling);
    document.removeEventListener('visibilitychange', onVisibility);
    window.removeEventListener('pageshow', onPageShow);
    window.removeEventListener('online', onNetwork);
    network?.removeEventListener?.('change', onConnection);
  };
}
