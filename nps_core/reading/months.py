"""Names of months and weekdays in the languages that exports come in."""

from __future__ import annotations

from functools import lru_cache

from nps_core.reading.cells import plain

_NAMES = (
    "january januar janvier enero janeiro januari gennaio jan janv ene gen tammikuuta tammikuu stycznia styczen ocak oca января январь янв ledna leden",
    "february februar fevrier febrero fevereiro februari febbraio feb fev fevr febr helmikuuta helmikuu lutego luty subat sub февраля февраль фев unora unor",
    "march marz mars marzo marco maart mar mrz mrt maerz mars marts maaliskuuta maaliskuu marca marzec mart марта март мар brezna brezen",
    "april avril abril aprile apr avr abr huhtikuuta huhtikuu kwietnia kwiecien nisan апреля апрель апр dubna duben",
    "may mai mayo maio mei maggio mag maj toukokuuta toukokuu maja mayıs мая май kvetna kveten",
    "june juni juin junio junho giugno jun giu kesakuuta kesakuu czerwca czerwiec haziran июня июнь июн cervna cerven",
    "july juli juillet julio julho luglio jul juil lug heinakuuta heinakuu lipca lipiec temmuz июля июль июл cervence cervenec",
    "august aout agosto augustus aug agosto ago ag augusti elokuuta elokuu sierpnia sierpien agustos августа август авг srpna srpen",
    "september septembre septiembre setembro settembre sep sept set setiembre syyskuuta syyskuu wrzesnia wrzesien eylul сентября сентябрь сен zari",
    "october oktober octobre octubre outubro ottobre oct okt out ott lokakuuta lokakuu pazdziernika pazdziernik ekim октября октябрь окт rijna rijen",
    "november novembre noviembre novembro nov marraskuuta marraskuu listopada kasım ноября ноябрь ноя listopadu",
    "december dezember decembre diciembre dezembro dicembre dec dez dic joulukuuta joulukuu grudnia grudzien aralık декабря декабрь дек prosince prosinec",
)
MONTHS = {name: place for place, names in enumerate(_NAMES, start=1) for name in names.split()}

_DAYS = (
    "monday montag lundi lunes segunda maandag lunedi mon mo lun",
    "tuesday dienstag mardi martes terca dinsdag martedi tue di mar",
    "wednesday mittwoch mercredi miercoles quarta woensdag mercoledi wed mi mer",
    "thursday donnerstag jeudi jueves quinta donderdag giovedi thu do jeu",
    "friday freitag vendredi viernes sexta vrijdag venerdi fri fr ven",
    "saturday samstag samedi sabado zaterdag sabato sat sa sam",
    "sunday sonntag dimanche domingo zondag domenica sun so dim",
)
WEEKDAYS = {name: place for place, names in enumerate(_DAYS) for name in names.split()}


@lru_cache(maxsize=4096)
def month_of(word: str) -> int:
    """The number of a month's name, 0 when it is none.

    >>> month_of("Dez"), month_of("März"), month_of("Tag")
    (12, 3, 0)
    """
    return MONTHS.get(plain(word).rstrip("."), 0)
