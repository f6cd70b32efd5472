// The site's own words for whoever carries much, with a number that answers at any hour. Calm, at once,
// in the way of nothing: the visit goes on behind it.

import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button, LinkButton } from '../components/button/view';
import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import type { Clinic } from '../components/page_frame/view';
import { telephoneHref } from '../components/page_frame/telephone';
import type { Crisis } from '../protocol/questionnaires';
import { text } from '../text/text';

interface CrisisProps {
  crisis: Crisis;
  onGoOn: () => void;
}

/** In the visit itself, in the letter's place: whoever is there stays in sight. */
export function CrisisNote({ crisis, onGoOn }: CrisisProps) {
  const section = useRef<HTMLElement>(null);
  useLayoutEffect(() => section.current?.focus({ preventScroll: true }), []);
  return (
    <section ref={section} class="ask" aria-labelledby="crisis-title" tabIndex={-1} data-crisis>
      <h2 id="crisis-title">{text.crisis.title}</h2>
      <WhomToCall crisis={crisis} goOn={text.crisis.goOnVisit} onGoOn={onGoOn} />
    </section>
  );
}

export function CrisisPage({ crisis, clinic, onGoOn }: CrisisProps & { clinic: Clinic | null }) {
  useDocument(text.crisis.pageTitle);
  return (
    <PageFrame page="crisis" clinic={clinic}>
      <PageHeading>{text.crisis.title}</PageHeading>
      <WhomToCall className="lede" crisis={crisis} goOn={text.crisis.goOn} onGoOn={onGoOn} />
    </PageFrame>
  );
}

interface WhomToCallProps extends CrisisProps {
  /** What the button says that goes on. */
  goOn: string;
  /** Of each paragraph. */
  className?: string;
}

function WhomToCall({ crisis, goOn, className, onGoOn }: WhomToCallProps) {
  return (
    <>
      <div class="stack tight" lang={crisis.language}>
        {crisis.words.split('\n').map((line) => (
          <p key={line} class={className}>
            {line}
          </p>
        ))}
      </div>
      <div class="acts">
        <LinkButton big wide kind="go" icon="phone" href={telephoneHref(crisis.number)}>
          {text.crisis.call({ number: crisis.number })}
        </LinkButton>
        <Button big wide onClick={onGoOn}>
          {goOn}
        </Button>
      </div>
      <p class="quiet">{text.crisis.team}</p>
    </>
  );
}
