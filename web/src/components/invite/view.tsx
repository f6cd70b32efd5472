// Somebody more is invited into the visit: who, as what; then their link, shown once, to be read out, copied or scanned.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ReplyInvited, RequestInvite } from '../../protocol/messages';
import { languageName } from '../../text/language_names';
import { roleWord, text } from '../../text/text';
import { Button } from '../button/view';
import { LinkToGive } from '../link_to_give/view';
import './style.css';

export type Invitation = Omit<RequestInvite, 'type' | 'id'>;
type GuestRole = RequestInvite['role'];

const ROLES: readonly GuestRole[] = ['caregiver', 'interpreter', 'trainee', 'technical_helper'];
/** What interpreters bring most often; the page's language names them. */
const LANGUAGES = ['es', 'zh', 'vi', 'ar', 'fr', 'ht', 'ko', 'pt', 'ru', 'tl', 'de', 'hi', 'ase', 'en'];

interface InviteProps {
  /** The patient invites family and friends alone. */
  familyOnly: boolean;
  /** Out of sight for a while; nothing of it is lost. */
  hidden?: boolean;
  onInvite: (invitation: Invitation) => Promise<ReplyInvited>;
  onClose: () => void;
}

export function InvitePanel({ familyOnly, hidden = false, onInvite, onClose }: InviteProps) {
  const words = text.invite;
  const [link, setLink] = useState<{ name: string; url: string } | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.parentElement?.scrollIntoView?.({ block: 'nearest' });
  }, [link]);
  return (
    <section class="invite-panel" hidden={hidden} aria-labelledby="invite-title" data-invite={link ? 'link' : 'form'}>
      <h2 id="invite-title" ref={heading} tabIndex={-1}>
        {link ? words.linkTitle({ name: link.name }) : words.title}
      </h2>
      {link ? (
        <>
          <p>{words.once}</p>
          <LinkToGive id="invite-link" url={link.url} />
        </>
      ) : (
        <InviteForm
          familyOnly={familyOnly}
          onInvite={async (invitation) => {
            const { secret } = await onInvite(invitation);
            setLink({ name: invitation.name, url: `${window.location.origin}/j#${secret}` });
          }}
        />
      )}
      <Button kind="plain" onClick={onClose}>
        {link ? words.done : words.cancel}
      </Button>
    </section>
  );
}

function InviteForm({ familyOnly, onInvite }: { familyOnly: boolean; onInvite: (invitation: Invitation) => Promise<void> }) {
  const words = text.invite;
  const [name, setName] = useState('');
  const [role, setRole] = useState<GuestRole>('caregiver');
  const [relation, setRelation] = useState('');
  const [language, setLanguage] = useState('es');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!name.trim()) return setFailed(words.noName);
    setBusy(true);
    setFailed(null);
    onInvite({
      name: name.trim(),
      role,
      ...(relation.trim() ? { relation: relation.trim() } : {}),
      ...(role === 'interpreter' ? { language } : {}),
    })
      .catch(() => setFailed(words.failed))
      .finally(() => setBusy(false));
  };
  return (
    <form class="invite-form" onSubmit={submit} noValidate>
      <p class="quiet">{familyOnly ? words.explainPatient : words.explain}</p>
      <div class="field">
        <label for="invite-name">{words.name}</label>
        <input
          id="invite-name"
          class="input"
          maxLength={100}
          autocomplete="off"
          value={name}
          aria-invalid={failed === words.noName ? 'true' : undefined}
          aria-describedby={failed ? 'invite-failed' : undefined}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      {!familyOnly && (
        <div class="field">
          <label for="invite-role">{words.role}</label>
          <select id="invite-role" class="input" value={role} onChange={(event) => setRole(event.currentTarget.value as GuestRole)}>
            {ROLES.map((one) => (
              <option key={one} value={one}>
                {roleWord(one)}
              </option>
            ))}
          </select>
        </div>
      )}
      {role === 'interpreter' ? (
        <div class="field">
          <label for="invite-language">{words.language}</label>
          <select id="invite-language" class="input" value={language} onChange={(event) => setLanguage(event.currentTarget.value)}>
            {LANGUAGES.map((one) => (
              <option key={one} value={one}>
                {languageName(one)}
              </option>
            ))}
          </select>
        </div>
      ) : (
        <div class="field">
          <label for="invite-relation">{words.relation}</label>
          <input id="invite-relation" class="input" maxLength={60} autocomplete="off" value={relation} onInput={(event) => setRelation(event.currentTarget.value)} />
        </div>
      )}
      {failed && (
        <p id="invite-failed" class="wrong" role="alert">
          {failed}
        </p>
      )}
      <Button kind="go" type="submit" busy={busy}>
        {words.make}
      </Button>
    </form>
  );
}
