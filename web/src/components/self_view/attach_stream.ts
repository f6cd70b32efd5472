import { useEffect, useRef } from 'preact/hooks';
import { isAppleTablet, platformOf } from '../../call/platform';

/**
 * Shows a stream in a media element and keeps it playing: play() is called by us (an `autoplay`
 * attribute draws a play sign over pictures in low-power mode), and again when the page comes back,
 * where iPads leave a frozen picture.
 */
export function useStream<E extends HTMLMediaElement>(stream: MediaStream | null, onBlocked?: (blocked: boolean) => void) {
  const element = useRef<E>(null);
  useEffect(() => {
    const media = element.current;
    if (!media) return;
    media.srcObject = stream;
    if (!stream) return;
    const play = () => {
      media.play().then(
        () => onBlocked?.(false),
        (error: Error) => {
          if (error.name === 'NotAllowedError') onBlocked?.(true);
        },
      );
    };
    const apple = isAppleTablet(platformOf(navigator));
    const comeBack = () => {
      if (document.visibilityState !== 'visible') return;
      // iPads leave the last picture standing, although they say that it plays.
      if (apple) {
        media.srcObject = null;
        media.srcObject = stream;
      }
      if (apple || media.paused) play();
    };
    play();
    document.addEventListener('visibilitychange', comeBack);
    return () => {
      document.removeEventListener('visibilitychange', comeBack);
      media.srcObject = null;
    };
  }, [stream]);
  return element;
}
