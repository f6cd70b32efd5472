// The device check comes in a file of its own: the first page of a link is there sooner without it.

import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { text } from '../text/text';
import type { DeviceCheckPageProps } from './device_check';
import { MessagePage } from './message_page';

let page: FunctionComponent<DeviceCheckPageProps> | null = null;

/** Ahead of time, while somebody reads. */
export async function bringDeviceCheck(): Promise<void> {
  page ??= (await import('./device_check')).DeviceCheckPage;
}

const RETRY_MS = 2000;

export function DeviceCheck(props: DeviceCheckPageProps) {
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (page) return undefined;
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    bringDeviceCheck()
      .then(() => !gone && setAttempt(attempt + 1))
      .catch(() => {
        timer = setTimeout(() => setAttempt(attempt + 1), RETRY_MS);
      });
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [attempt]);
  const Page = page;
  return Page ? <Page {...props} /> : <MessagePage page="loading" clinic={props.clinic} title={text.loading.title} words={text.loading.text} />;
}
