import { text } from '../../text/text';
import { LinkButton } from '../button/view';
import { telephoneHref } from './telephone';

/** A button that calls the clinic, its number on one line. */
export function CallUs({ phone }: { phone: string }) {
  const [before, after] = text.frame.callUs({ phone: '\u0000' }).split('\u0000');
  return (
    <LinkButton big wide icon="phone" href={telephoneHref(phone)}>
      <span>
        {before}
        <span class="nowrap">{phone}</span>
        {after}
      </span>
    </LinkButton>
  );
}
