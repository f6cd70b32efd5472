// What runs inside every page of tests/bench/join: it notes when each step of joining happened, on the clock that all pages
// of the machine share (ms since 1970), and changes nothing of what the page does.
//
// First packets and frames are noted by WebRTC itself: the encoded frames of every receiver carry the time at which they were
// received, before decoding; frames that were rendered come from requestVideoFrameCallback.

/* Sent to the page as text. */
function watch() {
  const marks = [];
  const now = () => performance.timeOrigin + performance.now();
  const note = (name, at = now()) => marks.push({ name, at });
  window.bedsideMarks = {
    list: () => marks,
    forget: () => marks.splice(0),
  };
  note('navigation', performance.timeOrigin);

  // ---- the conversation

  const NativeSocket = window.WebSocket;
  window.WebSocket = class extends NativeSocket {
    constructor(...words) {
      super(...words);
      note('socket asked');
      this.addEventListener('open', () => note('socket'));
      this.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') note(`got ${/"type":"(\w+)"/.exec(data)?.[1]}`);
      });
    }
    send(data) {
      if (typeof data === 'string') note(`sent ${/"type":"(\w+)"/.exec(data)?.[1]}`);
      super.send(data);
    }
  };

  // ---- the transport, and what comes through it

  const timeOf = (metadata) => (metadata.receiveTime > 0 ? performance.timeOrigin + metadata.receiveTime : now());

  /** Notes the first encoded frames of a receiver, and passes all of them on. */
  function tap(receiver, noteFirst) {
    const { readable, writable } = receiver.createEncodedStreams();
    const look = new TransformStream({
      transform(frame, controller) {
        noteFirst(receiver.track.kind, frame);
        controller.enqueue(frame);
      },
    });
    void readable.pipeThrough(look).pipeTo(writable);
  }

  const remote = new Set();
  const NativeConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends NativeConnection {
    constructor(configuration) {
      super({ ...configuration, encodedInsertableStreams: true });
      note('connection made');
      let transport = null;
      let packets = 0;
      let pictures = 0;
      this.noteFirst = (kind, frame) => {
        if (packets++ === 0) note('first packet', timeOf(frame.getMetadata()));
        if (kind === 'video' && frame.type === 'key' && pictures++ === 0) note('key frame', timeOf(frame.getMetadata()));
      };
      this.addEventListener('iceconnectionstatechange', () => {
        if (this.iceConnectionState === 'connected') note('ice');
      });
      this.addEventListener('signalingstatechange', () => {
        transport ??= this.getTransceivers()[0]?.sender.transport;
        if (transport && !transport.bedsideWatched) {
          transport.bedsideWatched = true;
          transport.addEventListener('statechange', () => transport.state === 'connected' && note('dtls'));
        }
      });
    }
    addTransceiver(...words) {
      const transceiver = super.addTransceiver(...words);
      remote.add(transceiver.receiver.track.id);
      tap(transceiver.receiver, this.noteFirst);
      const { readable, writable } = transceiver.sender.createEncodedStreams();
      void readable.pipeTo(writable);
      return transceiver;
    }
    async setRemoteDescription(...words) {
      await super.setRemoteDescription(...words);
      note('answer applied');
    }
  };

  // ---- what is shown

  let rendered = 0;
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    get,
    set(stream) {
      set.call(this, stream);
      if (!(this instanceof HTMLVideoElement) || !stream?.getVideoTracks().some((track) => remote.has(track.id))) return;
      this.requestVideoFrameCallback((_, metadata) => {
        if (rendered++ === 0) note('rendered', performance.timeOrigin + metadata.presentationTime);
      });
    },
  });

  // ---- the camera

  const media = navigator.mediaDevices;
  const capture = media?.getUserMedia.bind(media);
  if (capture) {
    media.getUserMedia = async (constraints) => {
      note('camera asked');
      const stream = await capture(constraints);
      note('camera');
      return stream;
    };
  }
}

export const marksSource = `(${watch})()`;
