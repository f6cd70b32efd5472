// The other end of the media, in a second page of the same browser: it answers offers with a real
// RTCPeerConnection and sends a drawn face and a tone into every slot. Few small frames are enough to be seen.

export async function openMediaPeer(browser) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto('about:blank');
  await page.evaluate(() => {
    const faces = [
      { wall: '#c9c3b8', coat: '#f0eee8', skin: '#a9795c', hair: '#2b2320', shirt: '#2f6b74' },
      { wall: '#bcc8ce', coat: '#44597a', skin: '#d9b197', hair: '#7d7a76', shirt: '#e8ebee' },
      { wall: '#c3cbbd', coat: '#5d7f68', skin: '#dfb79b', hair: '#5c3526', shirt: '#5d7f68' },
      { wall: '#d8cfc0', coat: '#75586c', skin: '#e2c0a8', hair: '#cfccc6', shirt: '#75586c' },
    ];
    const draw = (face, brushes) => {
      const canvas = document.createElement('canvas');
      canvas.width = 320;
      canvas.height = 240;
      const pen = canvas.getContext('2d');
      pen.scale(0.5, 0.5);
      let turn = 0;
      const paint = () => {
        const sway = Math.sin(turn++ / 8) * 4;
        pen.fillStyle = face.wall;
        pen.fillRect(0, 0, 640, 480);
        const oval = (x, y, rx, ry, colour) => {
          pen.fillStyle = colour;
          pen.beginPath();
          pen.ellipse(x + sway, y, rx, ry, 0, 0, Math.PI * 2);
          pen.fill();
        };
        oval(320, 215, 108, 135, face.hair);
        oval(320, 480, 220, 120, face.coat);
        oval(320, 400, 56, 90, face.shirt);
        oval(320, 330, 40, 60, face.skin);
        oval(320, 225, 78, 98, face.skin);
      };
      paint();
      const painting = setInterval(paint, 200);
      const track = canvas.captureStream(5).getVideoTracks()[0];
      brushes.push(() => {
        clearInterval(painting);
        track.stop();
      });
      return track;
    };
    const sound = new AudioContext();
    const tone = (brushes) => {
      const oscillator = sound.createOscillator();
      const out = sound.createMediaStreamDestination();
      oscillator.connect(out);
      oscillator.start();
      brushes.push(() => oscillator.stop());
      return out.stream.getAudioTracks()[0];
    };
    const peers = new Map();
    window.answer = async (session, sdp, active) => {
      // A new session is a new transport, and so is another certificate, as with the gateway.
      const key = `${session} ${/^a=fingerprint:.*$/m.exec(sdp)?.[0]}`;
      if (!peers.has(key)) peers.set(key, { peer: new RTCPeerConnection(), brushes: [] });
      const { peer, brushes } = peers.get(key);
      await peer.setRemoteDescription({ type: 'offer', sdp });
      const sections = sdp.split(/^m=/m).slice(1);
      let video = 0;
      for (const [index, transceiver] of peer.getTransceivers().entries()) {
        const wanted = /a=recvonly/.test(sections[index] ?? '');
        transceiver.direction = !active ? 'inactive' : wanted ? 'sendonly' : 'recvonly';
        const kind = transceiver.receiver.track.kind;
        if (active && wanted && !transceiver.sender.track) {
          await transceiver.sender.replaceTrack(kind === 'video' ? draw(faces[video % faces.length], brushes) : tone(brushes));
        }
        if (wanted && kind === 'video') video++;
      }
      await peer.setLocalDescription(await peer.createAnswer());
      if (peer.iceGatheringState !== 'complete') {
        await new Promise((resolve) => {
          peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve();
        });
      }
      return peer.localDescription.sdp;
    };
    window.closePeers = (prefix) => {
      for (const [session, { peer, brushes }] of peers) {
        if (!session.startsWith(prefix)) continue;
        peers.delete(session);
        peer.close();
        for (const stop of brushes) stop();
      }
    };
  });
  return {
    answer: (session, sdp, active) => page.evaluate((a) => window.answer(...a), [session, sdp, active]),
    /** Packets stop, and no restart helps: the sessions whose ids begin so are gone. */
    closePeers: (prefix) => page.evaluate((sessions) => window.closePeers(sessions), prefix),
    close: () => context.close(),
  };
}
