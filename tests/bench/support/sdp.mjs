// Session descriptions as a browser would write them, as far as a server looks; and what its own say.

import { MEDIA } from './load.mjs';

const URIS = {
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  transportCc: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
};

function codecLines(kind, { payload, rtx }) {
  if (kind === 'audio') return [`a=rtpmap:${payload} opus/48000/2`, `a=rtcp-fb:${payload} transport-cc`, `a=fmtp:${payload} minptime=10;useinbandfec=1`];
  const lines = [`a=rtpmap:${payload} VP8/90000`];
  for (const feedback of ['goog-remb', 'transport-cc', 'ccm fir', 'nack', 'nack pli']) lines.push(`a=rtcp-fb:${payload} ${feedback}`);
  if (rtx) lines.push(`a=rtpmap:${rtx} rtx/90000`, `a=fmtp:${rtx} apt=${payload}`);
  return lines;
}

const offered = (kind) => (kind === 'audio' ? { payload: MEDIA.audio } : { payload: MEDIA.video, rtx: MEDIA.rtx });

/** `lines`: { kind, mid, direction, ssrc?, codec?, extensions? }. The endpoints are always the DTLS clients. */
export function writeSdp(peer, lines) {
  const text = [
    'v=0',
    `o=- ${1000 + peer.id} 2 IN IP4 ${peer.address}`,
    's=-',
    't=0 0',
    `a=group:BUNDLE ${lines.map(({ mid }) => mid).join(' ')}`,
    'a=msid-semantic: WMS *',
  ];
  for (const { kind, mid, direction, ssrc, codec = offered(kind), extensions = MEDIA.extensions } of lines) {
    const { audioLevel, ...others } = extensions;
    text.push(
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${codec.payload}${codec.rtx ? ` ${codec.rtx}` : ''}`,
      `c=IN IP4 ${peer.address}`,
      `a=candidate:1 1 udp 2130706431 ${peer.address} ${peer.port} typ host`,
      'a=end-of-candidates',
      `a=ice-ufrag:${peer.ufrag}`,
      `a=ice-pwd:${peer.pwd}`,
      `a=fingerprint:sha-256 ${peer.fingerprint}`,
      'a=setup:active',
      `a=mid:${mid}`,
    );
    for (const [name, id] of Object.entries(kind === 'audio' ? { audioLevel, ...others } : others)) {
      if (id) text.push(`a=extmap:${id} ${URIS[name]}`);
    }
    text.push(`a=${direction}`, 'a=rtcp-mux', 'a=rtcp-rsize', ...codecLines(kind, codec));
    if (ssrc) text.push(`a=msid:stream${peer.id} ${kind}${peer.id}`, `a=ssrc:${ssrc} cname:bench`);
  }
  return `${text.join('\r\n')}\r\n`;
}

function readLine(section) {
  const head = section.split('\r\n')[0].split(' ');
  const kind = head[0];
  const maps = Object.fromEntries([...section.matchAll(/a=rtpmap:(\d+) (\S+)/g)].map(([, payload, codec]) => [payload, codec.toLowerCase()]));
  const payload = head.slice(3).find((type) => maps[type] && !maps[type].startsWith('rtx/'));
  const rtx = head.slice(3).find((type) => maps[type]?.startsWith('rtx/') && section.includes(`a=fmtp:${type} apt=${payload}`));
  const extensions = Object.fromEntries(
    Object.entries(URIS).map(([name, uri]) => [name, Number(section.match(new RegExp(`a=extmap:(\\d+)\\S* ${uri.replaceAll('.', '\\.')}`))?.[1] ?? 0)]),
  );
  return { kind, mid: section.match(/a=mid:(\S+)/)[1], codec: { payload: Number(payload), rtx: rtx && Number(rtx) }, extensions, reducedSize: section.includes('a=rtcp-rsize') };
}

/** What a server's offer or answer says: its transport, and its lines. */
export function readSdp(text) {
  const candidate = [...text.matchAll(/a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host/gi)].find(([, address]) => !address.includes(':'));
  return {
    ufrag: text.match(/a=ice-ufrag:(\S+)/)[1],
    pwd: text.match(/a=ice-pwd:(\S+)/)[1],
    address: candidate[1],
    port: Number(candidate[2]),
    lines: text.split(/\r\nm=/).slice(1).map(readLine),
  };
}

/** What the load has to know of lines that were negotiated. */
export function mediaOf(lines) {
  const audio = lines.find(({ kind }) => kind === 'audio');
  const video = lines.find(({ kind }) => kind === 'video');
  return {
    audio: audio?.codec.payload,
    video: video?.codec.payload,
    rtx: video?.codec.rtx ?? 0,
    transportCc: (video ?? audio).extensions.transportCc,
    audioLevel: audio?.extensions.audioLevel ?? 0,
    reducedSize: lines.every((line) => line.reducedSize),
  };
}
