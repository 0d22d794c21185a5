"""Words that tell what looks like a speaker's label and is none: "Note: …", "[Music] …", "so the question is: …"."""

from __future__ import annotations

from functools import cache

from pipeline.language.word_lists import load_languages
from pipeline.language.words import fold

# People write these before a colon, and hardly anybody is called so.
_TOPICS = """
    action actions agenda aim alert answer answers article background basically bonus btw bug bugs caution chapter
    command con conclusion cons context correction cost date day deadline decision decisions default definition details
    disclaimer edit error etc example examples exercise fact facts feature features figure finally first firstly fix
    fun fyi goal goals headline highlight highlights hint homework hypothesis idea ideas imho important info issue
    issues item items key last lastly lemma lesson link links main meaning means meanwhile minutes moral motivation
    news next note notes number objective option options outcome output owner part phase plan please point points price
    problem problems pro proof proposal pros ps purpose question questions quote reason reasons remember reminder
    requirement requirements result results risk risks rule rules scenario scope score second secondly section slide
    solution spoiler status step steps still subject suggestion summary takeaway takeaways task tasks thanks theorem
    third thirdly time times tip title tldr todo todos topic topics total translation two update updates usage verse
    version video warning week
    monday tuesday wednesday thursday friday saturday sunday january february march july september october november
    december today tomorrow yesterday
    achtung anmerkung antwort aufgabe aufgaben beispiel beschluss drittens entscheidung ergebnis erstens fazit frage
    fragen grund hinweis idee kapitel lösung nachtrag option phase problem punkt regel schritt tag teil termin thema
    vorschlag wichtig woche zitat ziel ziele zusammenfassung zweitens
    montag dienstag mittwoch donnerstag freitag samstag sonntag heute morgen gestern
    attention chapitre citation conclusion deuxièmement décision étape exemple idée jour objectif partie point
    premièrement problème proposition question raison règle remarque réponse résultat résumé semaine solution sujet
    tâche lundi mardi mercredi jeudi vendredi samedi dimanche
    atención capítulo cita conclusión decisión día ejemplo fase idea importante nota objetivo opción paso pregunta
    primero problema propuesta punto razón regla respuesta resultado resumen segundo semana solución tarea tema tercero
    lunes martes miércoles jueves viernes sábado domingo
    attenzione compito conclusione decisione domanda esempio obiettivo passo proposta regola riassunto risposta
    risultato soluzione
    antwoord belangrijk besluit conclusie doel onderwerp oplossing opmerking probleem punt resultaat samenvatting stap
    taak voorbeeld voorstel vraag
    atenção conclusão decisão exemplo ideia objetivo pergunta ponto proposta resposta resumo solução tarefa
    odpowiedź przykład pytanie uwaga wniosek вопрос ответ пример например вывод итог внимание важно проблема решение
    пункт шаг тема
    问题 問題 问 問 答 答案 例 例如 例えば 比如 注 注意 备注 总结 总之
    结论 結論 第一 第二 第三 首先 其次 最后 原因 質問 答え まとめ
    질문 답변 답 예 주의 결론 문제
"""

# What captions put in brackets that nobody says.
_SOUNDS = """
    applauding applauds applause audio background banging barking beep beeping bell bells blank bleep breathing
    chatter chattering cheering cheers chuckle chuckles chuckling clapping claps clears cough coughing coughs cries
    crosstalk crowd crying door doors engine exhales explosion explosions footsteps foreign gasps groans gunshot
    gunshots horn inaudible indistinct inhales instrumental laughing laughs laughter muffled mumbles mumbling murmur
    music musical no noise overlapping pause phone playing ringing rings sigh sighing sighs silence silent singing
    sings siren sirens sniffles sniffs sobbing sobs sound sounds speaking static throat thumping thunder typing
    unintelligible whispering whispers whistle whistling yells
    applaus beifall gelächter lachen lacht lachend musik räuspern stille unverständlich
    applaudissements inaudible musique rire rires silence
    aplausos inaudible música risa risas silencio suspira
    applausi musica risate palmas muziek gelach applaus аплодисменты музыка смех
    音楽 音乐 音樂 拍手 笑い 笑 笑声 掌声 음악 박수 웃음
"""

# A name may have these in lower case: Ana de la Cruz, Jan van der Berg, "Audio shared by Ana", "Bo from Acme".
_PARTICLES = """
    and at by from of und y e i et & shared via for
    af al auf bin ben da dal de degli dei del della den der di do dos du el ibn la las le los mac san st ter te ten van
    von vom zu zum zur
"""

QUESTION_AND_ANSWER = tuple(
    frozenset(pair.split())
    for pair in (
        "question answer",
        "frage antwort",
        "question reponse",
        "pregunta respuesta",
        "domanda risposta",
        "vraag antwoord",
        "pergunta resposta",
        "вопрос ответ",
        "问 答",
        "問 答",
    )
)
"""Who asks and who answers, as some transcripts label them; folded."""

# Chinese and Japanese sentences that go on after a colon end so: "he says", "is", "asks".
SAYING_ENDINGS = tuple("说說是道问問讲講叫即は")

TOPICS = frozenset(fold(_TOPICS).split())
SOUNDS = frozenset(fold(_SOUNDS).split())
PARTICLES = frozenset(fold(_PARTICLES).split())


@cache
def function_words(language: str = "") -> frozenset[str]:
    """The words that sentences of a language are made of, folded; of all languages we have lists for, without one."""
    known = load_languages()
    words = [each.stop_words for each in known if each.code == language] or [each.stop_words for each in known]
    return frozenset().union(*words)
