import type { ComponentChildren } from 'preact';
import { Icon } from '../icon/view';
import type { IconName } from '../icon/view';
import './style.css';

export interface ButtonProps {
  children: ComponentChildren;
  onClick?: () => void;
  /** go: the one main act of a page; plain: words; end: leave or stop */
  kind?: 'go' | 'plain' | 'end';
  big?: boolean;
  wide?: boolean;
  icon?: IconName;
  busy?: boolean;
  disabled?: boolean;
  /** Shows that what the words undo is in force. */
  on?: boolean;
  type?: 'button' | 'submit';
  label?: string;
  describedBy?: string;
  id?: string;
  /** Of the words, where it is not the page's. */
  lang?: string;
}

export function Button(props: ButtonProps) {
  const { children, onClick, kind, big, wide, icon, busy, disabled, type, label, describedBy, id, lang } = props;
  const classes = ['btn', kind, big && 'big', wide && 'wide', props.on && 'on'].filter(Boolean).join(' ');
  return (
    <button
      id={id}
      lang={lang}
      class={classes}
      type={type ?? 'button'}
      // Busy and disabled buttons keep the focus: a keyboard must not fall off the page.
      aria-disabled={disabled || busy ? 'true' : undefined}
      aria-busy={busy ? 'true' : undefined}
      aria-label={label}
      aria-describedby={describedBy}
      onClick={(event) => {
        if (disabled || busy) event.preventDefault();
        else onClick?.();
      }}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A link that looks like a button: telephone numbers. */
interface LinkButtonProps {
  href: string;
  children: ComponentChildren;
  icon?: IconName;
  kind?: 'go' | 'plain';
  big?: boolean;
  wide?: boolean;
  label?: string;
  /** Opens beside this page, which stays. */
  aside?: boolean;
}

export function LinkButton(props: LinkButtonProps) {
  const classes = ['btn', props.kind, props.big && 'big', props.wide && 'wide'].filter(Boolean).join(' ');
  return (
    <a class={classes} href={props.href} aria-label={props.label} target={props.aside ? '_blank' : undefined} rel={props.aside ? 'noopener' : undefined}>
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </a>
  );
}
