// On the way in there is no conversation with the gateway yet: the page asks now and then whether somebody came to help.

import { useEffect, useState } from 'preact/hooks';
import { helpForSeat } from '../protocol/http_api';

const ASK_EVERY_MS = 5000;

/** Whether help is there; `wanted` while the page is one of the way in. It stays until `forget`. */
export function useHelpOffer(wanted: boolean): { offered: boolean; forget: () => void } {
  const [offered, setOffered] = useState(false);
  useEffect(() => {
    if (!wanted || offered) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible') return;
      void helpForSeat().then(
        ({ help }) => help && setOffered(true),
        () => undefined,
      );
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [wanted, offered]);
  return { offered: wanted && offered, forget: () => setOffered(false) };
}
