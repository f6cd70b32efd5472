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
  const words = text.crisis;
  const section = useRef<HTMLElement>(null);
  useLayoutEffect(() => section.current?.focus({ preventScroll: true }), []);
  return (
    <section ref={section} class="ask" aria-labelledby="crisis-title" tabIndex={-1} data-crisis>
      <h2 id="crisis-title">{words.title}</h2>
      <div class="stack tight" lang={crisis.language}>
        {crisis.words.split('\n').map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <div class="acts">
        <LinkButton big wide kind="go" icon="phone" href={telephoneHref(crisis.number)}>
          {words.call({ number: crisis.number })}
        </LinkButton>
        <Button big wide onClick={onGoOn}>
          {words.goOnVisit}
        </Button>
      </div>
      <p class="quiet">{words.team}</p>
    </section>
  );
}

export function CrisisPage({ crisis, clinic, onGoOn }: CrisisProps & { clinic: Clinic | null }) {
  const words = text.crisis;
  useDocument(words.pageTitle);
  return (
    <PageFrame page="crisis" clinic={clinic}>
      <PageHeading>{words.title}</PageHeading>
      <div class="stack tight" lang={crisis.language}>
        {crisis.words.split('\n').map((line) => (
          <p key={line} class="lede">
            {line}
          </p>
        ))}
      </div>
      <div class="acts">
        <LinkButton big wide kind="go" icon="phone" href={telephoneHref(crisis.number)}>
          {words.call({ number: crisis.number })}
        </LinkButton>
        <Button big wide onClick={onGoOn}>
          {words.goOn}
        </Button>
      </div>
      <p class="quiet">{words.team}</p>
    </PageFrame>
  );
}
