import { Telephone } from '../components/page_frame/telephone';

/** A sentence with a telephone number in it, which a tap calls. */
export function SentenceWithNumber({ words, number }: { words: (of: { number: string }) => string; number: string }) {
  const [before, after] = words({ number: '\u0000' }).split('\u0000');
  return (
    <>
      {before}
      <Telephone number={number} />
      {after}
    </>
  );
}
