// The microphone on a thin link, its own or a listener's: slower, and with more sound in each packet, since fifty packets a
// second have 27 kbit/s of headers. The gateway says how (`microphone` of docs/signaling.md).

import type { EventMicrophone } from '../protocol/messages';
import { latestOnly } from './latest_only';

export type MicrophoneWish = Omit<EventMicrophone, 'type'>;

/** What browsers do without being told. */
const USUAL_MS = 20;

export class MicrophoneFrames {
  private wish: MicrophoneWish = { max_bitrate: 0, frame_ms: USUAL_MS };
  /** As the answer says that the browser took last. */
  private takenMs = USUAL_MS;
  private readonly limit = latestOnly(() => this.setLimit());

  constructor(private readonly sender: RTCRtpSender) {}

  /** Returns whether the answer has to be taken anew, since it is what says how long frames are. */
  apply(wish: MicrophoneWish): boolean {
    this.wish = wish;
    this.limit();
    return wish.frame_ms !== this.takenMs;
  }

  /** The gateway's answer, with the wish in it (RFC 8866, 6.4). */
  into(answer: string): string {
    this.takenMs = this.wish.frame_ms;
    if (this.takenMs === USUAL_MS) return answer;
    // The first line of sound is the microphone's.
    return answer.replace(/^m=audio .*\r\n(?:(?:i|c|b)=.*\r\n)*/m, (head) => `${head}a=ptime:${this.takenMs}\r\n`);
  }

  private async setLimit(): Promise<void> {
    const parameters = this.sender.getParameters?.();
    const [encoding, ...others] = parameters?.encodings ?? [];
    const limit = this.wish.max_bitrate || undefined;
    if (!encoding || encoding.maxBitrate === limit) return;
    const { maxBitrate: _, ...rest } = encoding;
    const next = limit === undefined ? rest : { ...rest, maxBitrate: limit };
    await this.sender.setParameters({ ...parameters!, encodings: [next, ...others] });
  }
}
