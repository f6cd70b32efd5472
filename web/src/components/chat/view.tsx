// Messages to everybody in the visit. Text only; a message that was not acknowledged stays in the field.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChatMessage } from '../../protocol/messages';
import { fullName } from '../../text/names';
import { clock } from '../../text/times';
import { text } from '../../text/text';
import { Button } from '../button/view';
import './style.css';

export interface ChatProps {
  messages: readonly ChatMessage[];
  you: string;
  maySend: boolean;
  onSend: (text: string) => Promise<void>;
}

const LONGEST = 2000;

export function Chat({ messages, you, maySend, onSend }: ChatProps) {
  return (
    <div class="chat">
      <Messages messages={messages} you={you} />
      {maySend && <Writing onSend={onSend} />}
    </div>
  );
}

function Messages({ messages, you }: { messages: readonly ChatMessage[]; you: string }) {
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (log.current) log.current.scrollTop = log.current.scrollHeight;
  }, [messages.length]);
  return (
    <div ref={log} class="chat-log" role="log" aria-label={text.chat.label} tabIndex={0}>
      {messages.length === 0 && <p class="quiet">{text.chat.empty}</p>}
      <ol class="chat-list">
        {messages.map((message) => (
          <li key={message.id} class={message.participant === you ? 'mine' : ''}>
            <p class="chat-from">
              {text.chat.from({ name: message.participant === you ? text.you : fullName(message.name), clock: clock(message.at, text.locale) })}
            </p>
            <p class="chat-text" dir="auto">
              {message.text}
            </p>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Writing({ onSend }: { onSend: ChatProps['onSend'] }) {
  const [draft, setDraft] = useState('');
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState(false);
  const send = () => {
    const said = draft.trim();
    if (!said || sending) return;
    setSending(true);
    setFailed(false);
    onSend(said)
      .then(() => setDraft(''))
      .catch(() => setFailed(true))
      .finally(() => setSending(false));
  };
  return (
    <form
      class="chat-write"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label class="vh" for="chat-draft">
        {text.chat.write}
      </label>
      <input
        id="chat-draft"
        class="input"
        dir="auto"
        autocomplete="off"
        maxLength={LONGEST}
        placeholder={text.chat.write}
        value={draft}
        onInput={(event) => setDraft(event.currentTarget.value)}
      />
      <Button type="submit" busy={sending}>
        {text.chat.send}
      </Button>
      {failed && (
        <p class="wrong" role="alert">
          {text.chat.failed}
        </p>
      )}
    </form>
  );
}
