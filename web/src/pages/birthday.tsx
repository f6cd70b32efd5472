import { useState } from 'preact/hooks';
import type { Invitation } from '../protocol/http_api';
import { BirthDateField, readBirthDate } from '../components/birth_date_field/view';
import { Button } from '../components/button/view';
import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import type { Clinic } from '../components/page_frame/view';
import { StepLine } from '../components/step_line/view';
import { fullName } from '../text/names';
import { text } from '../text/text';
import type { Position } from './way_in';

interface BirthdayPageProps {
  invitation: Invitation;
  clinic: Clinic | null;
  position: Position | null;
  busy: boolean;
  wrong: { left: number | undefined } | 'failed' | null;
  onNext: (birthDate: string) => void;
}

export function BirthdayPage({ invitation, clinic, position, busy, wrong, onNext }: BirthdayPageProps) {
  const words = text.birthday;
  const [value, setValue] = useState({ month: '', day: '', year: '' });
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const ofPatient = invitation.asks.birth_date === 'patient';
  const title = ofPatient ? words.titleOfPatient : words.title;
  useDocument(title);
  const refused = wrong === 'failed' ? text.unreachable.title : wrong ? words.wrong({ left: wrong.left ?? 0 }) : null;
  const next = () => {
    const read = readBirthDate(value);
    if (typeof read === 'string') {
      setUnreadable(null);
      onNext(read);
    } else setUnreadable(read.problem === 'missing' ? words.missing : words.noSuchDay);
  };
  return (
    <PageFrame page="birthday" clinic={clinic}>
      {position && <StepLine {...position} what={words.step} />}
      <PageHeading>{title}</PageHeading>
      <p class="quiet">{ofPatient ? words.whyOfPatient : words.why}</p>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) next();
        }}
      >
        <BirthDateField value={value} onChange={setValue} wrong={unreadable ?? (busy ? null : refused)} />
        <Button kind="go" big wide type="submit" busy={busy}>
          {words.next}
        </Button>
      </form>
      {!ofPatient && <p class="quiet small">{words.helper({ name: fullName(invitation.person.name) })}</p>}
    </PageFrame>
  );
}
