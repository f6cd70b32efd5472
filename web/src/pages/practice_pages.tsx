// Who opens /practice: anybody of the staff who signed in.

import { useEffect, useState } from 'preact/hooks';
import type { Clinic } from '../components/page_frame/view';
import { session, signInWays } from '../protocol/http_api';
import type { Account } from '../protocol/http_api';
import { readPractice } from '../protocol/practice_api';
import type { Practice } from '../protocol/practice_api';
import { rememberReturn } from '../protocol/sign_in_return';
import { text } from '../text/text';
import { useAccountWatch } from './account_watch';
import { MessagePage } from './message_page';
import { PracticePage } from './practice';

type Step =
  | { name: 'opening' }
  | { name: 'practice'; clinic: Clinic; account: Account; running: Practice | null }
  | { name: 'signed_out' }
  | { name: 'failed' };

export function PracticePages() {
  const [step, setStep] = useState<Step>({ name: 'opening' });
  const words = text.practice;
  useEffect(() => void open(), []);

  async function open() {
    setStep({ name: 'opening' });
    try {
      const [ways, { account }] = await Promise.all([signInWays(), session()]);
      if (account) {
        const clinic = { organisation: ways.organisation, supportPhone: ways.support_phone };
        return setStep({ name: 'practice', clinic, account, running: await readPractice() });
      }
      if (!(ways.openid || ways.invented)) return setStep({ name: 'signed_out' });
      rememberReturn('/practice');
      location.replace('/sign-in');
    } catch {
      setStep({ name: 'failed' });
    }
  }

  useAccountWatch(step.name === 'practice' ? step.account : undefined, () => void open());

  switch (step.name) {
    case 'opening':
      return <MessagePage page="loading" clinic={null} title={text.loading.title} words={words.opening} />;
    case 'failed':
      return (
        <MessagePage
          page="unreachable"
          clinic={null}
          title={text.unreachable.title}
          words={text.unreachable.text}
          act={{ word: text.unreachable.tryNow, run: () => void open() }}
        />
      );
    case 'signed_out':
      return <MessagePage page="staff-sign-in" clinic={null} title={words.title} words={words.signInText} />;
    case 'practice':
      return <PracticePage clinic={step.clinic} running={step.running} onSignedOut={() => void open()} />;
  }
}
