// The rows of the board: a table with a group for each part of the day. A row is drawn again only when it changed, or
// when a minute of it passed.

import { Component } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { groups, mainSeat, stuckSeat } from '../call/board_needs';
import type { BoardRow } from '../call/board_needs';
import { Icon } from '../components/icon/view';
import { LinkButton } from '../components/button/view';
import type { BoardDay, BoardSeat } from '../protocol/board';
import { clock } from '../text/times';
import { text } from '../text/text';
import { cellsOf } from './board_cells';
import type { Cell } from './board_cells';
import { doctorWord, helpHref, moment, nameOf, needIcon, needWords, patientLine } from './board_words';

interface BoardRowsProps {
  rows: readonly BoardRow[];
  /** Who knows nothing of answers. */
  helper: boolean;
  day: BoardDay;
  now: number;
  open: string | null;
  onOpen: (visit: string) => void;
}

const columns = ['time', 'patient', 'needs', 'doctor', 'link', 'who', 'check', 'answers', 'waiting', 'visit'] as const;
/** Among the cells. */
const ANSWERS = columns.indexOf('answers') - columns.indexOf('link');
const isStep = (column: (typeof columns)[number]) => columns.indexOf(column) >= 4;

export function BoardRows({ rows, helper, day, now, open, onOpen }: BoardRowsProps) {
  const words = text.board;
  useFocusOfRow();
  const shown = helper ? columns.filter((column) => column !== 'answers') : columns;
  return (
    <table class="board-table">
      <caption class="vh">{words.caption}</caption>
      <thead>
        <tr>
          {shown.map((column) => (
            <th key={column} scope="col" class={isStep(column) ? 'st' : undefined}>
              {words.columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      {groups.map((group) => {
        const members = rows.filter((row) => row.group === group);
        if (members.length === 0) return null;
        return (
          <tbody key={group} data-group={group}>
            <tr class="rule">
              <th colSpan={shown.length} scope="rowgroup">
                {words.groups[group]} <span class="quiet nums">{members.length}</span>
              </th>
            </tr>
            {members.map((row) => (
              <Row
                key={row.visit.id}
                visit={row.visit}
                words={needsLine(row, now)}
                tone={row.needs[0]?.urgency ?? null}
                icon={row.needs[0] ? needIcon[row.needs[0].kind] : null}
                cells={cellsOf(row.visit, mainSeat(row.visit), day, now).filter((_, index) => !helper || index !== ANSWERS)}
                stuck={stuckSeat(row)}
                day={day}
                zone={day.zone}
                language={text.code}
                isOpen={row.visit.id === open}
                onOpen={onOpen}
              />
            ))}
          </tbody>
        );
      })}
    </table>
  );
}

/** A row that comes to stand in another group is a new element: the focus that was in it goes along. */
function useFocusOfRow(): void {
  const visit = document.activeElement?.closest<HTMLElement>('.board-table [data-visit]')?.dataset.visit;
  useLayoutEffect(() => {
    if (visit === undefined || document.activeElement !== document.body) return;
    const row = [...document.querySelectorAll<HTMLElement>('.board-table [data-visit]')].find(({ dataset }) => dataset.visit === visit);
    row?.querySelector<HTMLElement>('.open-visit')?.focus({ preventScroll: true });
  });
}

function needsLine({ needs, visit }: BoardRow, now: number): string {
  const [first] = needs;
  if (!first) return '';
  const more = needs.length > 1 ? ` ${text.board.need.more({ count: String(needs.length - 1) })}` : '';
  return needWords(first, visit, now) + more;
}

interface RowProps {
  visit: BoardRow['visit'];
  words: string;
  tone: 'danger' | 'attend' | null;
  icon: (typeof needIcon)[keyof typeof needIcon] | null;
  cells: Cell[];
  /** Whom the row offers to help. */
  stuck: BoardSeat | null;
  day: BoardDay;
  zone: string;
  /** Of the words; another one draws everything anew. */
  language: string;
  isOpen: boolean;
  onOpen: (visit: string) => void;
}

const sameCells = (one: Cell[], other: Cell[]) => one.every((cell, index) => cell.tone === other[index]?.tone && cell.words === other[index]?.words);

const isSame = (before: RowProps, after: RowProps) =>
  before.visit === after.visit &&
  before.words === after.words &&
  before.tone === after.tone &&
  before.isOpen === after.isOpen &&
  before.stuck?.id === after.stuck?.id &&
  before.zone === after.zone &&
  before.language === after.language &&
  sameCells(before.cells, after.cells);

class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    return !isSame(this.props, next);
  }

  override render({ visit, words, tone, icon, cells, stuck, day, zone, isOpen, onOpen }: RowProps) {
    return (
      <tr data-visit={visit.id} class={isOpen ? 'open' : undefined}>
        <td class="nums starts">{clock(visit.starts_at, text.locale, zone)}</td>
        <th scope="row" class="whom">
          <button type="button" class="open-visit" aria-expanded={isOpen} onClick={() => onOpen(visit.id)}>
            <span class="name">{nameOf(visit)}</span>
            <small>
              {patientLine(visit)} <span class="number">{visit.number}</span>
            </small>
          </button>
        </th>
        <td class="need">
          {tone && icon ? (
            <span class={`tag ${tone}`}>
              <Icon name={icon} />
              <span>{words}</span>
            </span>
          ) : (
            visit.state !== 'ended' && !visit.help && <span class="quiet">{quietLine(visit, zone)}</span>
          )}
          {visit.help && (
            <span class="tag accent" data-helping>
              {(visit.help.state === 'open' ? text.board.helping : text.board.helpOffered)({ helper: visit.help.name, time: moment(visit.help.since, day) })}
            </span>
          )}
          {stuck && (
            <LinkButton icon="people" href={helpHref(visit, stuck)} label={text.board.helpWhom({ name: stuck.name })} aside>
              {text.board.help}
            </LinkButton>
          )}
        </td>
        <td class="doctor">{doctorWord(visit)}</td>
        {cells.map((cell, index) => (
          <td key={index} class="st">
            <CellView cell={cell} />
          </td>
        ))}
      </tr>
    );
  }
}

/** Nothing is amiss: that, or that it begins later. */
const quietLine = ({ state, expected_at: expected }: BoardRow['visit'], zone: string) =>
  state === 'scheduled' && expected ? text.board.beginsAt({ time: clock(expected, text.locale, zone) }) : text.board.allWell;

function CellView({ cell }: { cell: Cell }) {
  if (cell.tone === 'none') {
    return cell.words ? (
      <span class="cell quiet">{cell.words}</span>
    ) : (
      <span class="cell none">
        <span class="vh">{text.board.cell.notYet}</span>
        <span aria-hidden="true">·</span>
      </span>
    );
  }
  return (
    <span class={`cell ${cell.tone}`}>
      {cell.tone === 'done' && <Icon name="tick" />}
      {cell.tone === 'done' && <span class="vh">{text.board.cell.done}</span>}
      <span class="nums">{cell.words}</span>
    </span>
  );
}
