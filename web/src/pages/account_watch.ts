// Looks, when the session of whoever signed in should be over, whether it is: then what they saw must not stay on the
// screen. Other tabs may have been used meanwhile; asking is no use of its own.

import { useEffect, useState } from 'preact/hooks';
import { session } from '../protocol/http_api';
import type { Account } from '../protocol/http_api';

const CHECK_AFTER_MS = 1000;
const RETRY_MS = 5000;
/** The longest that a browser's timer can wait. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** `account`: undefined for who came by a link. */
export function useAccountWatch(account: Account | undefined, onEnded: () => void): void {
  const [dueAt, setDueAt] = useState(account ? account.ends_at + CHECK_AFTER_MS : null);

  useEffect(() => setDueAt(account ? account.ends_at + CHECK_AFTER_MS : null), [account]);
  useEffect(() => {
    if (dueAt === null) return undefined;
    let gone = false;
    const check = async () => {
      try {
        const now = await session();
        if (gone) return;
        if (now.account) setDueAt(Math.max(now.account.ends_at, Date.now()) + CHECK_AFTER_MS);
        else onEnded();
      } catch {
        if (!gone) setDueAt(Date.now() + RETRY_MS);
      }
    };
    const timer = setTimeout(() => void check(), Math.min(Math.max(dueAt - Date.now(), 0), TIMER_MAX_MS));
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [dueAt]);
}
