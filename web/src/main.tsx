// Chooses the page by the address. The join link is one page from arrival to farewell: a reload
// after the camera was granted would make iPads ask again.

import { render } from 'preact';
import './style/tokens.css';
import './style/base.css';
import { applyRememberedTextSize } from './components/page_frame/larger_text';
import { chosenLanguage, followOtherTabs } from './text/language_choice';
import { onLanguageChange, speak, text } from './text/text';
import { HomePage } from './pages/home';
import { JoinPages } from './pages/join_pages';
import { SetupProblem } from './pages/setup_problem';
import { StaffDoor } from './pages/staff_door';

function Page() {
  if (!window.isSecureContext) return <SetupProblem />;
  switch (location.pathname.replace(/\/$/, '')) {
    case '/j':
      return <JoinPages />;
    case '/staff':
    case '/case':
      return <StaffDoor to="case" />;
    case '/board':
      return <StaffDoor to="board" />;
    case '/enter':
      return <StaffDoor to="enter" />;
    case '/help':
      return <StaffDoor to="help" />;
    case '/practice':
      return <StaffDoor to="practice" />;
    case '/sign-in':
      return <StaffDoor to="signIn" />;
    default:
      return <HomePage />;
  }
}

function draw() {
  document.documentElement.lang = text.locale;
  document.documentElement.dir = text.direction;
  render(<Page />, document.getElementById('app') as HTMLElement);
}

applyRememberedTextSize();
onLanguageChange(draw);
followOtherTabs();
void speak(chosenLanguage()).then(draw);
