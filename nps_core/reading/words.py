"""The words by which headers tell their role.

All patterns are matched against `cells.plain` text: lower case, without accents (other scripts as they are).
Languages: English, German, French, Spanish, Portuguese, Dutch, Italian, Japanese in full; Swedish, Danish,
Norwegian, Finnish, Polish, Czech, Turkish, Russian, Korean and Chinese for the question, its reason and its date.
"""

from __future__ import annotations

import re


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{part})" for part in parts))


RECOMMEND = _any(
    r"\bnps\b",
    r"net promoter",
    r"recom+i?end",
    r"recomm?and",
    r"\bltr\b",
    r"weiter ?empf",
    r"empfehl",
    r"raccomand",
    r"\bconsigli",
    r"aanbeve+l",
    r"aanrad",
    r"\baanraden",
    r"anbefal",
    r"rekommend",
    r"likelihood to refer",
    r"\brefer (us|me|a friend|friends|others)\b|likely .{0,60}\brefer\b",
    r"\bindicari(a|as|am)\b|conseilleri(ez|ons)|conseillerais",
    r"suosittel|polec(i|ac|en|il)|doporuc|tavsiye|recomendar|порекоменд|рекоменд|συστησ",
    r"추천|推荐",
    r"推薦|推奨|すすめ|勧め|薦め|おススメ",
)
"""The recommend question itself."""

NPS_WORD = _any(r"\bnps\b", r"net promoter")

SCORE = _any(
    r"\bscore\b",
    r"\brating\b",
    r"\brate\b",
    r"0 ?(-|–|to|bis|a|tot|から|~|～) ?10",
    r"1 ?(-|–|to|bis|a|tot|から|~|～) ?10",
    r"(0|1) \(.{2,40}\) .{0,20}10\b",
    r"\bnota\b",
    r"\bnote\b",
    r"bewertung",
    r"punktzahl",
    r"puntuacion",
    r"puntaje",
    r"calificacion",
    r"pontuacao",
    r"avaliacao",
    r"punteggio",
    r"valutazione",
    r"\bvoto\b",
    r"beoordeling",
    r"cijfer",
    r"evaluation",
    r"評価|点数|スコア",
    r"\bbetyg\b|karakter\b|\bocena\b|hodnoceni|arvosana|\bpuan\b|оценка|балл|점수|평점|评分|得分|評分",
)
"""A score, of whatever question."""

NOT_THE_ANSWER = _any(
    r"\bid\b|\bids\b|\bversion\b|\bcount\b|number of|\banzahl\b|\bindex\b|\bserver\b|\bmodule\b|\bflag\b|\benabled\b",
    r"\btarget\b|\bgoal\b|\bziel\b|\bobjetivo\b|\bmeta\b|objectif|benchmark|forecast",
    r"\b(predicted|estimated|expected|modell?ed|imputed|simulated|vorhergesagt\w*|geschatzt\w*|previst[oa]|estime\w*)\b",
    r"\b(avg|average|mean|median|durchschnitt\w*|mittelwert|moyenne|promedio|media|gemiddelde)\b",
    r"\brank\b|recommended (by|items?|products?|for|to)|(items?|products?|articles) recommended|recommendations\b|recommendation (engine|type|text)",
)
"""Short headers that speak of the question and hold no answer to it: its number, its target, its average."""

COMPETITOR = _any(r"competitor|\brivals?\b|wettbewerb|konkurren|concurrent|competidor|concorren|競合")
"""The question asked of another firm."""

EMPLOYER = _any(
    r"work (at|for|here)|place to work|employer|arbeitgeber|arbeitsplatz|travailler|trabajar|trabalhar|lavorare",
    r"werkgever|\benps\b|arbejdsplads|arbetsplats|職場|働",
)
"""The question asked of employees."""

EARLIER = _any(
    r"\b(previous|prior|last|before|earlier|old|former|baseline|vorher\w*|letzte\w*|anterior|ultim[oa]|precedent\w*|dernier\w*|vorig\w*)\b"
)
"""Short headers of an answer given earlier."""

RESPONSES = _any(
    r"^(n|count|counts|frequency|freq|responses|number of (responses|answers|respondents|surveys)|(no|num|nr|total) (of )?(responses|answers|surveys)|respondents|surveys"
    r"|sample( size)?|anzahl( der)?( antworten)?|antworten|haufigkeit|reponses|nombre( de)?( reponses)?|respuestas|respostas|cantidad|quantidade"
    r"|risposte|antwoorden|aantal|回答数|件数|人数)$"
)
"""A column that counts responses: each row of the table stands for many."""

ANSWER = _any(
    r"^(properties )?\$?survey response( 0)?$",
    r"^(answer|response|resposta|respuesta|reponse|antwort|antwoord|risposta|回答|value|valor|wert|valeur)( value)?$",
)
QUESTION = _any(
    r"^(question|pergunta|pregunta|frage|vraag|domanda|質問|question text|item|survey question)( text)?$"
)

OTHER_SCORE = _any(
    r"\bcsat\b",
    r"\bosat\b",
    r"satisf|satisfac|soddisf|zufried|tevred|満足|tilfreds|nojd|contento",
    r"\bces\b",
    r"effort|aufwand|moeite|esfuerzo|esforco|sforzo|労力",
    r"\beas[ey]|easy to|einfach|facil|gemakk",
    r"happy|enjoy|quality|qualit|support provided|helpful|importan",
    r"sentiment",
    r"\bpoints\b|quiz|punkte -|feedback -",
    r"\b(health|credit|risk|engagement|lead|latency|test|exam|match|confidence|similarity|trust|fit|imdb|critic|review(er)?) score\b",
    r"удовлетвор|만족|满意|滿意|memnun|tyytyvai|spokojen|zadowol",
)
"""A score of another question: satisfaction, effort, quality."""

NOT_A_SCORE = _any(
    r"\bid\b|\bno\b$|number of|\bcount\b|\bnumero de|anzahl|aantal|nombre de|\bqty\b|quantity",
    r"\bage\b|\balter\b|\bedad\b|\bidade\b|\beta\b|年齢|leeftijd",
    r"tenure|years?\b|months?\b|days?\b|hours?\b|minutes?\b|seconds?\b|quarter|week",
    r"price|spend|revenue|amount|complaints?|products?\b|sessions|messages|duration|progress|latitude|longitude",
    r"\brank\b|please rank|order of preference|topics?$|tags?$|\bversion\b|delay|distance|flights?\b",
)
"""Numbers that lie between 0 and 10 by chance."""

GROUP_HEADER = _any(
    r"group|segment|category|categor|type|tipo|typ\b|perfil|classifica|klass|clasific|categoria|kategorie|status|nps"
)

SURVEY_KIND = _any(
    r"^(survey|question|metric|feedback|response|score|rating) ?(type|kind|metric|category)?$",
    r"^(type|kind|metric)$",
)
KINDS = frozenset({"nps", "csat", "ces", "cli", "enps", "pmf", "smileys", "thumbs", "5 star", "5star", "5 stars", "custom", "net promoter score"}
                  | {"customer satisfaction", "customer effort score", "customer effort", "customer loyalty"})  # fmt: skip
"""What a tool that keeps several kinds of survey in one list calls them."""

GROUP_CODE = _any(r"group|categor|segment|klass|classif|gruppe|grupo|gruppo|groupe|groep")

REASON_STRONG = _any(
    r"reason (for|behind)|main reason|primary reason|why did you|reason\b",
    r"^(\W*)why\b|– why",
    r"\bwhat is the .{0,30}reason|tell us (more|why)|explain",
    r"grund|warum|weshalb|begrund",
    r"pourquoi|raison",
    r"motivo|por que|porque|razon|razao|justifi",
    r"perche|motivazione",
    r"waarom|reden\b|toelichting",
    r"理由|なぜ|原因",
    r"\bvarfor\b|\bhvorfor\b|\bbegrunn|anledning|\bmiksi\b|\bdlaczego\b|\bpowod|\bproc\b|\bduvod|\bneden(i|ini)?\b|почему|причин|이유|为什么|為什麼",
)
COMMENT = _any(
    r"comment|comentario|commentaire|kommentar|commento|opmerking",
    r"feedback|verbatim|\bopen ?(end|text)|free ?text|remark|opinion|open antwoord|freitext",
    r"\btext\b|review|message|suggest|sugges|sugerenc|vorschlag|verbeter|improve|mejor|melhor|ameliorer|miglior",
    r"what (do|did) you like|lo que mas te gusta|could we do|additional|anything else|anmerkung|observac",
    r"survey response( \d)?$",
    r"コメント|ご意見|意見|感想|自由",
    r"\bkommentti|komentarz|komentar|\byorum|коммент|отзыв|의견|코멘트|评论|意见|评语|反馈",
)
COMMENT_ALONE = _any(
    r"^(any |your |nps |customer |user |additional |further |other |general |open )?(comments?|verbatims?|remarks?)$",
    r"^(ihr )?kommentare?$|^anmerkung(en)?$|^(su )?comentarios?$|^(votre )?commentaires?$|^commenti?o?$|^opmerking(en)?$",
    r"^komment(ar|arer|ti|it)$|^komentarze?$|^komentare?$|^yorum(lar)?$|^комментари[ий]$|^(ご)?意見$|^コメント$|^感想$|^의견$|^코멘트$|^评论$|^意见$",
)
"""Headers that say nothing but that a comment stands below, so that a word or a smiley is one."""
NOT_A_COMMENT = _any(
    r"topics?$|sentiment|\btags?$|url|language|translated|\bid\b|theme", r"internal|agent|resumo"
)

DATE_STRONG = _any(
    r"submit|recorded date|end date|completion|completed|answered|respond|response date|survey(ed)? ?(date|at|on)|survey date",
    r"submi|enviado|inviato|envoye|ingediend|abgesendet|abgeschlossen|ended|finished at",
    r"\btimestamp|zeitstempel|horodateur|marca temporal|carimbo|tijdstempel|informazioni cronologiche|タイムスタンプ",
    r"antwortdatum|date de reponse|fecha de respuesta|data da resposta|data di risposta|data reposta|回答日",
    r"encuesta|enquete|befrag|umfrage|pesquisa|sondaggio|compila(zione|ta)|invul|ankiet|wypeln|yanit|\banket",
    r"\bresp(onse)? (dt|ts|time|date)\b|\b(nps|score|answer) (date|dt|time)\b|taken (on|at)$|rated (on|at)$|review(ed)? (date|on|at)",
    r"received|feedback date|date submitted|fertigstell|heure de fin|hora de finaliza|hora de conclus|ora di completamento|voltooi|完了時刻",
    r"tidstampel|tidsstempel|tidsmerke|aikaleima|sygnatura czasowa|casova znacka|zaman damgas|отметка времени|타임스탬프|时间戳记|時間戳記",
)
DATE = _any(
    r"\bdate\b|datum|\bfecha\b|\bdata\b|\btime\b|日付|日時|年月|zeit\b|\bwhen\b|\bat$|\bon$|\bmonth\b|\bmes\b|\bmonat\b|\bdia\b|\btag\b$|\bwave\b",
    r"\bdt\b|\bts\b|created|start|stage|period|data formatada|ano mes|\bdato\b|\btarih|\bpvm\b|дата|날짜|日期|时间",
)
DATE_WEAK = _any(
    r"start|begin|created|stage|inicio|debut|erstellt|opened|open date|invit|sent|requested|modified|updated",
    r"birth|geburt|nacimiento|naissance|nascimento|signup|sign up|joined|renewal|contract|expir|purchase|order date",
    r"recorded$|loaded|import|seen|contato|contact|flight|\bflt\b|due|closed|\bwon\b|resolved|interaction|einlad|uitnod|convi",
    r"check ?(in|out)\b|arrival|departure|discharge|admission|admitted|\bhired?\b|\bstay\b|travel|\btrip\b|visit",
    r"anreise|abreise|\breise|besuch|llegada|salida|estancia|viaje|sejour|arrivee|depart\b|voyage|chegada|saida|partida|viagem",
    r"arrivo|partenza|soggiorno|viaggio|vertrek|aankomst|verblijf|bezoek|来店|宿泊|出発|到着|退院|入社",
)
"""Moments of what the survey asks about, or of its way to the respondent."""

DATE_CHANGED = _any(r"modifi|updated|changed|geandert|modificad|bijgewerkt|更新")
"""Moments that come after the answer, and need have nothing to do with it."""

EMAIL = _any(r"e ?mail|correo|courriel|メール")
RESPONDENT = _any(
    r"^(user|customer|contact|person|respondent|participant|member|client|visitor|end user|recipient|distinct|profile|panelist)"
    r" ?(pseudo |anonymous )?(id|number|no|key|uuid|guid)?$",
    r"respondent|external (data )?reference|^external id|contact id|customer ?(id|name)|user ?id|unique identifier",
    r"kunden ?(nr|nummer|id)|id client|id cliente|cliente id|klant ?(nr|nummer|id)|matricula|usuario|顧客id|会員|お客様",
    r"^(full )?name$|^nombre$|^nom$|^nome$|^naam$|user name|氏名|名前",
)
ACCOUNT = _any(
    r"\baccount ?(name|id)?$|\baccount\b(?! ?(manager|owner|type|tier|plan|status|age))",
    r"\bcompany ?(name|id)?$|\bcompany\b(?! ?size)|organi[sz]ation(?! ?size)|\bcustomer (company|account|organi)|\btenant|\bworkspace$",
    r"firma|unternehmen|kundenname|\bempresa\b|\bsociete\b|entreprise|compagnie|azienda|\bditta\b|societa|bedrijf|organisatie",
    r"会社|企業|法人|\bcompagny\b|employer|\bclient name\b|\bdomain\b",
)
NOT_AN_ACCOUNT = _any(
    r"size|manager|owner|type|tier|status|\bage\b|recommend|industry|country|region|likely|how |would you|\?|ticket"
)
PERSONA = _any(
    r"\bpersona\b|\brole\b|\bjob\b|decision ?maker|\btitle\b|position|\bfunction\b|stakeholder|buyer|user type|contact type",
    r"\brolle\b|funktion|beruf|stellung|\bpuesto\b|\bcargo\b|\brol\b|\bposte\b|fonction|\bmetier\b|\bruolo\b|\bfunzione\b",
    r"\bfunctie\b|\bpapel\b|\bfuncao\b|tipo ?respondente|respondent type|役職|役割|職種|職位|ペルソナ|is ?admin|department",
)
PERSONA_VALUES = _any(
    r"decision ?maker|champion|end ?user|\badmin|executive|manager|influencer|buyer|developer|analyst|engineer|director"
    r"|\bceo\b|\bcto\b|\bcfo\b|owner|entscheider|anwender|decisor|decideur|決裁者|管理者"
)
PHASE = _any(
    r"\bphase\b|lifecycle|life cycle|\bstage\b|journey|\bfase\b|\betapa\b|\betape\b|lebenszyklus|ciclo de vida|フェーズ|段階|ステージ"
)
PHASE_VALUES = _any(r"onboard|adoption|renewal|\btrial\b|churn|implement|activation|expansion|導入|更新")
TOUCHPOINT = _any(
    r"touch ?point|\bchannel\b|trigger|\bevent\b|interaction|kontaktpunkt|\bkanal\b|punto de contacto|canal\b|point de contact",
    r"punto di contatto|contactmoment|\bkanaal\b|contato ponto|接点|チャネル|タッチポイント|survey ?(type|name)|\bcampaign",
)

CSAT = _any(r"\bcsat|\bosat\b|\bsat[a-z]|satisf|soddisf|zufried|tevred|満足")
CES = _any(
    r"\bces\b|effort|easy (was|is|did)|how easy|ma(k|d)es? it easy|easy for me|aufwand|moeite|esfuerzo|esforco|sforzo|労力|einfach war|facile"
)

STATUS = _any(
    r"^(status|response type|response status|estado|statut|stato|zustand|回答タイプ|survey status|completion status)$"
)
WEIGHT = _any(
    r"^((survey|sample|sampling|response|respondent|design|case|post ?strat\w*|raking|raked|final|nps) ?)?(weights?|wgts?|wts?|weighting)( factor)?$",
    r"^(gewicht(ung)?(sfaktor)?|ponderacion|ponderacao|ponderation|poids|peso|pesi|gewichten|重み|ウェイト)$",
)
REVENUE = _any(
    r"\b(revenue|arr|mrr|acv|tcv|(contract|account|annual|deal) value|deal size|turnover|spend|seats?|licen[cs]es?)\b",
    r"umsatz|omzet|\bingresos\b|facturacion|receita|faturamento|fatturato|chiffre d.?affaires|\bca annuel\b|売上",
)
INVITED = _any(
    r"^(was |is )?(invited|invite ?(sent|status)?|invitations? ?(sent|status)?|(e ?mail|survey|invite) ?(sent|delivered|delivery|status)( status)?|sent( at| on| date)?)$",
    r"^(eingeladen|einladung|invitado|invitacion|convidado|convite|invite|invitee|invitato|uitgenodigd|招待)$",
)
"""Whether somebody was asked; "survey status" is a status as well, and is taken for one."""
FINISHED = _any(
    r"^(finished|completed?|is ?complete|is ?finished|abgeschlossen|finalizado|concluido|termine|完了)$"
)
EXCLUDED = _any(r"exclu(ded)?( from calc| from)?|ignored?( in)?|disqualified|(is )?deleted$|is ?spam")
TEST_FLAG = _any(r"^(is )?(test|preview|spam)( response)?$")

METADATA = _any(
    r"\bip\b|ip address|latitude|longitude|duration|\bprogress\b|location accuracy|\bseed\b|last ?page|referr?er|user agent",
    r"network id|collector id|\bsurvey id|form id|response ?id|submission id|response ?set|import ?id|\burl\b|\buuid\b|session",
    r"^(recipient )?(first|last|full|sur)? ?name$|e ?mail|phone|telefon|respondent id|ending|formbricks|option id|\bdelay\b",
    r"olong|olat|dlong|dlat|^#$|^no$|^id$|\bid$|timezone|time zone|first ?name|last ?name|vorname|nachname|nombre$|apellido",
    r"responsavel pelo|quotas|external (data )?reference|^name$|custom ?html|points -|feedback -|quiz|^user ?name$|^tags$",
)
"""What vendors add about the way an answer came in; no segment of anybody's customers."""


GROUP_COUNTS = {"promoters": 2, "promoter": 2, "promotores": 2, "promoteurs": 2, "promotoren": 2, "promotori": 2,
                "detractors": 0, "detractor": 0, "detratores": 0, "detractores": 0, "detracteurs": 0, "detraktoren": 0,
                "kritiker": 0, "detrattori": 0, "criticasters": 0}  # fmt: skip
"""Headers of columns that count the responses of a group -> place in `survey.GROUPS`."""
