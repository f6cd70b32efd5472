// The frame of every page but the visit and the desk: a bar that steps back, one column, a hand to call.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { chooseLanguage, otherLanguages } from '../../text/language_choice';
import { languages, text } from '../../text/text';
import type { LanguageCode } from '../../text/text';
import { Button } from '../button/view';
import { Icon, Mark } from '../icon/view';
import { nextTextSize, textSize } from './larger_text';
import type { PageName } from './page_names';
import { Telephone } from './telephone';
import './style.css';

/** The clinic as every page shows it. */
export interface Clinic {
  organisation: string;
  supportPhone: string;
}

/** Sets what belongs to the document: title, and the class that chooses the patients' or the staff's sizes. */
export function useDocument(title: string, audience: 'patient' | 'staff' = 'patient'): void {
  useLayoutEffect(() => {
    document.title = title;
    document.body.className = audience;
  }, [title, audience]);
}

/** A new page starts at its heading, for screen readers and keyboards too: at once, not under somebody's hands a moment later. */
export function PageHeading({ children }: { children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (document.activeElement === document.body || !document.activeElement?.isConnected) heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

export function LargerText() {
  const [size, setSize] = useState(textSize());
  const largest = size === 'largest';
  const word = largest ? text.frame.normalText : text.frame.largerText;
  return (
    <Button kind="plain" icon="letters" label={word} onClick={() => setSize(nextTextSize())}>
      <span class="word">{word}</span>
    </Button>
  );
}

/** One button for each other language, in that language's own words. */
export function LanguageChoice() {
  const [missing, setMissing] = useState<LanguageCode | null>(null);
  const choose = async (code: LanguageCode) => {
    setMissing(null);
    setMissing((await chooseLanguage(code)) ? null : code);
  };
  return (
    <>
      {otherLanguages(text.code).map((code) => (
        <Button key={code} kind="plain" icon="globe" lang={code} onClick={() => void choose(code)}>
          {languages[code].name}
        </Button>
      ))}
      {missing && missing !== text.code && (
        <p class="wrong not-loaded" role="alert" lang={missing}>
          {languages[missing].notLoaded}
        </p>
      )}
    </>
  );
}

export function Skip() {
  return (
    <a
      class="skip"
      href="#main"
      onClick={(event) => {
        // The fragment holds the link's secret: moving the focus must not replace it.
        event.preventDefault();
        const main = document.getElementById('main');
        main?.focus();
        main?.scrollIntoView();
      }}
    >
      {text.frame.skip}
    </a>
  );
}

interface PageFrameProps {
  page: PageName;
  clinic: Clinic | null;
  wide?: boolean;
  /** Replaces the line with the telephone number. */
  foot?: ComponentChildren;
  children: ComponentChildren;
}

export function PageFrame({ page, clinic, wide, foot, children }: PageFrameProps) {
  return (
    <div class="frame" data-page={page}>
      <Skip />
      <header class="top">
        <p class="brand">
          <Mark />
          <span>{clinic?.organisation || text.frame.product}</span>
        </p>
        <div class="top-tools">
          <LanguageChoice />
          <LargerText />
        </div>
      </header>
      <main id="main" tabIndex={-1} class={wide ? 'one wide' : 'one'}>
        {children}
      </main>
      <footer class="foot">{foot ?? <NeedAHand clinic={clinic} />}</footer>
    </div>
  );
}

export function NeedAHand({ clinic }: { clinic: Clinic | null }) {
  return (
    <div class="hand">
      <Icon name="phone" />
      <p>
        {clinic?.supportPhone ? (
          <>
            {text.frame.needAHand} <Telephone number={clinic.supportPhone} />
          </>
        ) : (
          text.frame.noPhone
        )}
      </p>
    </div>
  );
}
