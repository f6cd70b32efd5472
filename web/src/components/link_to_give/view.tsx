// A link for somebody else, to be read out, copied or scanned. It is shown this once.

import { useEffect, useRef, useState } from 'preact/hooks';
import { text } from '../../text/text';
import { Button } from '../button/view';
import './style.css';

interface LinkToGiveProps {
  /** Of the field: a page may have several. */
  id: string;
  url: string;
  /** Whose it is, where a page has several: then copying one of them is not the page's one main act. */
  name?: string;
}

export function LinkToGive({ id, url, name }: LinkToGiveProps) {
  const words = text.invite;
  const [copied, setCopied] = useState<boolean | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const copy = () => {
    field.current?.select();
    const written = navigator.clipboard?.writeText(url) ?? Promise.reject(new Error('no clipboard'));
    written.then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <>
      <div class="field link-to-give">
        <label for={id}>{name ? words.linkTitle({ name }) : words.link}</label>
        <input id={id} ref={field} class="input" readOnly value={url} onFocus={(event) => event.currentTarget.select()} />
      </div>
      <Button kind={name ? undefined : 'go'} label={name ? `${words.copy}: ${name}` : undefined} onClick={copy}>
        {words.copy}
      </Button>
      <p role="status">{copied === null ? '' : copied ? words.copied : words.notCopied}</p>
      <QrCode of={url} label={name ? `${words.qr}: ${name}` : words.qr} />
      <p class="quiet">{words.scan}</p>
    </>
  );
}

/** Drawn in the page; the library comes when the first code is wanted. */
function QrCode({ of, label }: { of: string; label: string }) {
  const [squares, setSquares] = useState<boolean[][] | null>(null);
  useEffect(() => {
    let wanted = true;
    import('uqr').then(
      ({ encode }) => wanted && setSquares(encode(of, { ecc: 'M', border: 4 }).data),
      () => undefined,
    );
    return () => void (wanted = false);
  }, [of]);
  if (!squares) return null;
  const path = squares.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <svg class="qr" viewBox={`0 0 ${squares.length} ${squares.length}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect class="qr-ground" width={squares.length} height={squares.length} />
      <path class="qr-dark" d={path} />
    </svg>
  );
}
