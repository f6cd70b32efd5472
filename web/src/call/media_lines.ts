// The lines of the one offer: which codecs they name, and what of the browser's SDP is sent.

import { addCamera } from './camera_layers';

export interface MediaLines {
  microphone: RTCRtpTransceiver;
  camera: RTCRtpTransceiver;
  slots: { audio: RTCRtpTransceiver; video: RTCRtpTransceiver }[];
}

const WANTED_CODECS = /^(audio\/(opus|red)|video\/(VP8|H264|rtx))$/i;
/** Of H.264 the gateway takes constrained baseline in packetization mode 1, however it is spelled. */
const WANTED_H264 = /profile-level-id=(42[4-7c-f]|4d[89a-f]|58[c-f])0/i;

const isWanted = ({ mimeType, sdpFmtpLine = '' }: { mimeType: string; sdpFmtpLine?: string }): boolean =>
  WANTED_CODECS.test(mimeType) &&
  (!/h264/i.test(mimeType) || (/packetization-mode=1/.test(sdpFmtpLine) && WANTED_H264.test(sdpFmtpLine)));

/**
 * Leaves out what no gateway answers with: an offer of eight slots with every codec outgrows a 64 KiB message, and one of
 * more than 14 kB costs a round trip more, since TCP begins with ten segments.
 */
export function keepOfferSmall(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video'): void {
  const capabilities = globalThis.RTCRtpReceiver?.getCapabilities?.(kind);
  const codecs = capabilities?.codecs.filter(isWanted) ?? [];
  if (codecs.length === 0) return;
  try {
    transceiver.setCodecPreferences?.(codecs);
  } catch {
    // Some versions of WebKit refuse a list of their own codecs; the gateway chooses anyway.
  }
}

/** The microphone, the camera, then a pair of lines for each slot, in the order that the gateway counts them in. */
export function addLines(connection: RTCPeerConnection, slotCount: number): MediaLines {
  const small = (transceiver: RTCRtpTransceiver, kind: 'audio' | 'video') => {
    keepOfferSmall(transceiver, kind);
    return transceiver;
  };
  const add = (kind: 'audio' | 'video', direction: 'sendonly' | 'recvonly') =>
    small(connection.addTransceiver(kind, { direction }), kind);
  const microphone = add('audio', 'sendonly');
  const camera = small(addCamera(connection), 'video');
  const slots = Array.from({ length: slotCount }, () => ({
    audio: add('audio', 'recvonly'),
    video: add('video', 'recvonly'),
  }));
  return { microphone, camera, slots };
}

const UNREAD_LINES = [
  /^a=(candidate:|end-of-candidates|ice-options:|rtcp:|rtcp-xr:|msid-semantic:)/,
  /^a=rtcp-fb:\S+ (goog-remb|rrtr|ccm tmmbr)/,
  /^a=extmap:\S+ (?!\S*(ssrc-audio-level|transport-wide-cc|sdes:mid|rtp-stream-id|playout-delay))/,
];

/** What every bundled line repeats: said once for the session, it holds for all (RFC 8839, RFC 8122). */
const REPEATED = /^a=(ice-ufrag|ice-pwd|fingerprint|setup):/;

/** The offer without the lines that the gateway does not read, and without repetitions: less than half of it. */
export function shortened(sdp: string): string {
  const lines = sdp.split('\r\n').filter((line) => !UNREAD_LINES.some((unread) => unread.test(line)));
  const first = lines.findIndex((line) => line.startsWith('m='));
  if (first < 0) return lines.join('\r\n');
  const media = lines.slice(first);
  const count = (wanted: string) => media.filter((line) => line === wanted).length;
  const common = new Set(media.filter((line) => REPEATED.test(line)));
  const sections = media.filter((line) => line.startsWith('m=')).length;
  for (const line of common) if (count(line) !== sections) common.delete(line);
  return [...lines.slice(0, first), ...common, ...media.filter((line) => !common.has(line))].join('\r\n');
}
