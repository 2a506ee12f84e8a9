// The style sheet of the HTML page. Lines are drawn as borders, because borders are printed and stay visible when
// users choose their own colours.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/html_ladder.hpp"

namespace tlsdiag {

const char *const html_style = R"css(
:root{color-scheme:light dark;--page:#fff;--text:#1f2328;--quiet:#59636e;--edge:#d0d7de;--lane:#8c959f;--link:#0550ae;
--client:#0550ae;--server:#7a3e9d;--error:#b42318;--warning:#875200;--good:#116329;--target:#fff3c4;--soft:#f6f8fa}
@media screen and (prefers-color-scheme:dark){
:root{--page:#15191e;--text:#e6edf3;--quiet:#9aa4af;--edge:#3a424b;--lane:#6e7681;--link:#79b8ff;
--client:#79b8ff;--server:#d2a8ff;--error:#ff8f85;--warning:#f0b74d;--good:#6fdd8b;--target:#3a3413;--soft:#1d232a}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:75rem;padding:1rem;background:var(--page);color:var(--text);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;margin:0 0 .5rem}
h2{font-size:1.25rem;margin:2.5rem 0 .5rem}
h3{font-size:1.05rem;margin:0}
p{margin:.25rem 0}
small,.quiet,caption,legend,dt{color:var(--quiet)}
small{font-size:inherit;font-weight:normal}
a{color:var(--link)}
code{font:.9em ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;background:var(--soft);padding:.1em .3em;
border-radius:.2em;user-select:all}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.lead{font-size:1.15rem}
.outcomes{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;padding:0;margin:.5rem 0}
.error,.failed{color:var(--error)}
.warning,.abandoned,.unfinished{color:var(--warning)}
.note,.unseen{color:var(--quiet)}
.completed{color:var(--good)}
fieldset{border:0;margin:0;padding:0;min-width:0}
legend{padding:0}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--edge)}
.wide td,.wide th{overflow-wrap:normal}
.wide :is(th,code){white-space:nowrap}
.wide .name{overflow-wrap:anywhere;min-width:7rem}
summary{cursor:pointer;padding:.5rem 0}
label{display:inline-block;cursor:pointer;padding-right:.75rem}
input{accent-color:var(--link);margin:0 .4em 0 0}
@supports not selector(:has(a)){input,legend{display:none}}
section{margin:1.5rem 0;padding:1rem 0;border-top:2px solid var(--edge);content-visibility:auto;
contain-intrinsic-size:auto 50rem}
.verdict{font-size:1.05rem;max-width:60rem}
dl{margin:.5rem 0}
dl div{display:flex;flex-wrap:wrap;gap:0 .75rem}
dt{flex:0 0 11rem}
dd{margin:0;flex:1 1 20rem}
.ending{margin:.5rem 0 0 9.5rem}
.findings{margin-top:1rem;table-layout:fixed}
.findings th{font-weight:normal}
.findings th:first-child{width:18rem}
.lanes{display:flex;justify-content:space-between;gap:1rem;margin:1rem 0 0 9.5rem;font-weight:bold}
.lanes span+span{text-align:right}
ol{list-style:none;margin:0;padding:0}
ol li{display:flex}
.at{flex:0 0 9.5rem;padding:.4rem .75rem 0 0;text-align:right;color:var(--quiet);line-height:1.3}
.at b{color:var(--text)}
.body{flex:1;min-width:0;border:solid var(--lane);border-width:0 2px;padding:.4rem .75rem .3rem;--arrow:var(--client)}
.body p{margin:0}
.server .body{--arrow:var(--server)}
.transport .body,.again .body,.missing .body{--arrow:var(--quiet)}
.breaks .body{--arrow:var(--error)}
.breaks .body>p:first-child b{color:var(--error)}
.body>p:first-child{position:relative;margin:0 -.75rem;padding:0 .75rem .7rem}
.body>p:first-child::after{content:"";position:absolute;left:0;right:0;bottom:5px;border-bottom:2px solid var(--arrow)}
.body>p:first-child::before{content:"";position:absolute;bottom:2px;width:8px;height:8px;border:solid var(--arrow);
border-width:2px 2px 0 0}
.client p:first-child::before{right:1px;transform:rotate(45deg)}
.server p:first-child::before{left:1px;transform:rotate(-135deg)}
.encrypted .body>p:first-child::after{border-bottom-style:dotted}
.again .body>p:first-child::after,.missing .body>p:first-child::after{border-bottom-style:dashed}
.client:is(.lost,.missing) .body>p:first-child::after{right:50%}
.server:is(.lost,.missing) .body>p:first-child::after{left:50%}
:is(.lost,.missing) .body>p:first-child::before{content:"×";border:0;width:auto;height:auto;left:50%;right:auto;
bottom:-6px;transform:translateX(-50%);font-weight:bold;color:var(--error);background:var(--page);padding:0 .2em}
.missing .body>p:first-child::before{content:"?";color:var(--quiet)}
:is(.silence,.aside) .body>p:first-child::before,:is(.silence,.aside) .body>p:first-child::after{content:none}
:is(.silence,.aside) .body>p:first-child{padding-bottom:0;color:var(--quiet);font-style:italic}
:is(.silence,.aside) b{font-weight:normal}
.silence .body{border-style:dotted;padding:1.1rem .75rem;text-align:center}
.mark{font-weight:bold;padding-bottom:.2rem}
.mark a{color:inherit}
:target{background:var(--target)}
section:target{background:none}
section:target h3{background:var(--target)}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:40rem){
.at,.lanes{font-size:.85em}
.at{flex-basis:5.2rem;padding-right:.5rem}
.lanes,.ending{margin-left:5.2rem}
.wide th,.wide td{padding-right:.5rem}
td span{display:block}
.findings tr{display:block;border-bottom:1px solid var(--edge);padding:.3rem 0}
.findings :is(th,td){display:block;border:0;padding:.1rem 0}
.findings thead{display:none}}
@media print{
:root{font-size:9pt}
body{max-width:none;padding:0;font-size:9pt}
section{content-visibility:visible;break-before:page}
h2,h3,thead{break-after:avoid}
li,tr{break-inside:avoid}
a{color:inherit;text-decoration:none}
input,legend{display:none}}
)css";

} // namespace tlsdiag
