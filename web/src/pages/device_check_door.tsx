// The device check comes in a file of its own: the first page of a link is there sooner without it.

import { bringWords, text } from '../text/text';
import type { DeviceCheckPageProps } from './device_check';
import { LatePart, useLatePart } from './late_part';
import { MessagePage } from './message_page';

const part = new LatePart(async () => {
  const [{ DeviceCheckPage }] = await Promise.all([import('./device_check'), bringWords('device')]);
  return DeviceCheckPage;
});

/** Ahead of time, while somebody reads. */
export const bringDeviceCheck = () => part.bring();

export function DeviceCheck(props: DeviceCheckPageProps) {
  const Page = useLatePart(part);
  return Page ? <Page {...props} /> : <MessagePage page="loading" clinic={props.clinic} title={text.loading.title} words={text.loading.text} />;
}
