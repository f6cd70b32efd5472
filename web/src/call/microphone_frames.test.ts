import { afterEach, describe, expect, test, vi } from 'vitest';
import { MicrophoneFrames } from './microphone_frames';

const ANSWER =
  'v=0\r\ns=-\r\na=group:BUNDLE 0 1 2\r\nm=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\nc=IN IP4 192.0.2.1\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n' +
  'm=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 192.0.2.1\r\na=mid:1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 192.0.2.1\r\na=mid:2\r\n';

const senderOf = (encodings: RTCRtpEncodingParameters[]) => ({
  encodings,
  getParameters: () => ({ encodings }) as RTCRtpSendParameters,
  setParameters: vi.fn((parameters: RTCRtpSendParameters) => {
    encodings = parameters.encodings;
    return Promise.resolve();
  }),
});
const made = (encodings: RTCRtpEncodingParameters[] = [{ active: true }]) => {
  const sender = senderOf(encodings);
  const again = vi.fn();
  return { sender, again, frames: new MicrophoneFrames(sender as unknown as RTCRtpSender, again) };
};
const settle = () => new Promise((resolve) => setTimeout(resolve));

const usual = { max_bitrate: 0, frame_ms: 20 };

describe('how long frames are', () => {
  test('is said on the first line of sound alone, also at the start', () => {
    const { frames } = made();
    const answer = frames.into(ANSWER);
    expect(answer).toContain('SAVPF 63 111\r\nc=IN IP4 192.0.2.1\r\na=ptime:40\r\na=mid:0\r\n');
    expect(answer.match(/a=ptime/g)).toHaveLength(1);
    expect(answer.replace('a=ptime:40\r\n', '')).toBe(ANSWER);
  });

  test('is not said when it is as usual', () => {
    const { frames } = made();
    frames.apply(usual);
    expect(frames.into(ANSWER)).toBe(ANSWER);
  });

  test('is put into the answer again only when it changes', () => {
    const { frames, again } = made();
    frames.into(ANSWER);
    frames.apply({ max_bitrate: 20_000, frame_ms: 40 });
    expect(again).not.toHaveBeenCalled();
    frames.apply({ max_bitrate: 16_000, frame_ms: 60 });
    expect(again).toHaveBeenCalledTimes(1);
    expect(frames.into(ANSWER)).toContain('a=ptime:60\r\n');
    frames.apply(usual);
    expect(again).toHaveBeenCalledTimes(2);
    expect(frames.into(ANSWER)).toBe(ANSWER);
  });
});

describe('the start', () => {
  afterEach(() => void vi.useRealTimers());

  test('is slow, until the gateway says more', async () => {
    vi.useFakeTimers();
    const { sender, frames, again } = made();
    frames.into(ANSWER);
    frames.answered();
    await vi.advanceTimersByTimeAsync(0);
    expect(sender.setParameters).toHaveBeenLastCalledWith({ encodings: [{ active: true, maxBitrate: 24_000 }] });
    frames.apply({ max_bitrate: 20_000, frame_ms: 40 });
    frames.into(ANSWER);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(again).not.toHaveBeenCalled();
  });

  test('is over by itself where the gateway says nothing, and with the connection', async () => {
    vi.useFakeTimers();
    const [left, closed] = [made(), made()];
    for (const { frames } of [left, closed]) {
      frames.into(ANSWER);
      frames.answered();
    }
    closed.frames.close();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(left.again).toHaveBeenCalledTimes(1);
    expect(left.frames.into(ANSWER)).toBe(ANSWER);
    expect(closed.again).not.toHaveBeenCalled();
  });
});

describe('the limit of the codec', () => {
  test('is set, and taken off again', async () => {
    const { sender, frames } = made();
    frames.apply({ max_bitrate: 20_000, frame_ms: 40 });
    await settle();
    expect(sender.setParameters).toHaveBeenLastCalledWith({ encodings: [{ active: true, maxBitrate: 20_000 }] });
    frames.apply({ max_bitrate: 20_000, frame_ms: 60 });
    await settle();
    expect(sender.setParameters).toHaveBeenCalledTimes(1);
    frames.apply({ max_bitrate: 0, frame_ms: 20 });
    await settle();
    expect(sender.setParameters).toHaveBeenLastCalledWith({ encodings: [{ active: true }] });
  });

  test('is left out where the browser has no encodings, or refuses', async () => {
    const without = made([]);
    without.frames.apply({ max_bitrate: 20_000, frame_ms: 40 });
    const refusing = made();
    refusing.sender.setParameters.mockRejectedValue(new Error('no'));
    refusing.frames.apply({ max_bitrate: 20_000, frame_ms: 40 });
    await settle();
    expect(without.sender.setParameters).not.toHaveBeenCalled();
    expect(refusing.sender.setParameters).toHaveBeenCalledTimes(1);
  });
});
