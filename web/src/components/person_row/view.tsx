import type { ComponentChildren } from 'preact';
import { fullName, initials } from '../../text/names';
import './style.css';

export function Avatar({ name }: { name: string }) {
  return (
    <span class="avatar" aria-hidden="true">
      {initials(name)}
    </span>
  );
}

export function PersonRow({ name, role, children }: { name: string; role: string; children?: ComponentChildren }) {
  return (
    <li class="person">
      <Avatar name={name} />
      <div>
        <p class="who">{fullName(name)}</p>
        <p class="role">{role}</p>
      </div>
      {children}
    </li>
  );
}
