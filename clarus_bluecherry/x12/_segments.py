"""The segments of the warehouse documents in X12 004010: their elements, and the conditions between these.

Law of this module: it is a table and the types it is read into, nothing else. A segment that does not stand here
is unknown, which is a finding and never an error. Facts of the published standard, read from the tables of an
openly licensed parser (confidence H); codes are listed only where a wrong one changes what a document means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from attrs import frozen

_TABLE = """
ISA | Interchange header | I01!:ID/2 I02!:AN/10 I03!:ID/2 I04!:AN/10 I05!:ID/2 I06!:AN/15 I05!:ID/2 I07!:AN/15
    I08!:DT/6 I09!:TM/4 I10!:ID/1 I11!:ID/5 I12!:N0/9 I13!:ID/1 I14!:ID/1 I15!:AN/1
GS | Functional group header | 479!:ID/2 142!:AN/2-15 124!:AN/2-15 373!:DT/8 337!:TM/4-8 28!:N0/1-9
    455!:ID/1-2 480!:AN/1-12
ST | Transaction set header | 143!:ID/3 329!:AN/4-9
SE | Transaction set trailer | 96!:N0/1-10 329!:AN/4-9
GE | Functional group trailer | 97!:N0/1-6 28!:N0/1-9
IEA | Interchange trailer | I16!:N0/1-5 I12!:N0/9
W05 | Shipping order | 473!:ID/1 285!:AN/1-22 324:AN/1-22 472:N0/6 474:AN/1-22 640:ID/2 306:ID/1-2 | P0405
W66 | Warehouse carrier | 146!:ID/2 91!:ID/1-2 399:ID/1 400:ID/2 387:AN/1-35 433:ID/2 434:AN/1-30 625:ID/1
    610:N2/1-15 140:AN/2-4 | P0809
W01 | Ordered item | 330!:R/1-15 355!:ID/2 438:AN/12 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 59:AN/2-5
    121:ID/1-3 23:ID/1 22:AN/1-30 416:N0/6 451:AN/1-12 286:ID/2 235:ID/2 234:AN/1-48 | R0304 P0405 P0607 P1011
    P1516
W76 | Order totals | 330!:R/1-15 81:R/1-10 355:ID/2 183:R8/1-8 355:ID/2 398:R/1-10 | P0203 P0405 C0603
W06 | Warehouse shipment | 514!:ID/1 285:AN/1-22 373:DT/8 145:AN/1-30 531:AN/1-12 324:AN/1-22 474:AN/1-22
    472:N0/6 152:ID/2-3 891:ID/2 640:ID/2 306:ID/1-2 | P0708
W27 | Carrier details | 91!:ID/1-2 140:AN/2-4 387:AN/1-35 146:ID/2 40:ID/2 206:AN/1-4 207:AN/1-10 368:ID/2
    152:ID/2-3 890:ID/2 | R0203
W10 | Load details | 400:ID/2 406:N0/1-3 399:ID/1 225:AN/2-15 225:AN/2-15 408:R4/1-4 355:ID/2 408:R4/1-4
    355:ID/2 | P0607 P0809
W12 | Shipped item | 368!:ID/2 330:R/1-15 382:R/1-10 383:R9/1-9 355:ID/2 438:AN/12 235:ID/2 234:AN/1-48
    451:AN/1-12 81:R/1-10 187:ID/1-2 188:ID/1 81:R/1-10 187:ID/1-2 188:ID/1 438:AN/12 235:ID/2 234:AN/1-48
    892:ID/2 893:ID/1 235:ID/2 234:AN/1-48 | R0607 P0708 P101112 P131415 P1718 P2122
W03 | Shipment totals | 382!:R/1-10 81:R/1-10 355:ID/2 183:R8/1-8 355:ID/2 80:N0/1-7 355:ID/2 | C0203 P0405
    P0607
W04 | Advised item | 382!:R/1-10 355!:ID/2 438:AN/12 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 59:AN/2-5
    121:ID/1-3 23:ID/1 22:AN/1-30 416:N0/6 844:ID/2 235:ID/2 234:AN/1-48 | R0304 P0405 P0607 P1011 P1415
W28 | Consolidation | 604!:ID/1 81:R/1-10 187:ID/1-2 188:ID/1 466:N0/1-2 310:AN/1-30 309:ID/1-2 598:AN/1-12 |
    P020304 P0607
W17 | Warehouse receipt | 514!:ID/1 373!:DT/8 394!:AN/1-12 285:AN/1-22 145:AN/1-30 176:ID/1-2 337:TM/4-8
    474:AN/1-22 472:N0/6 | P0607 P0809
W08 | Receipt carrier | 91!:ID/1-2 140:AN/2-4 387:AN/1-35 206:AN/1-4 207:AN/1-10 225:AN/2-15 225:AN/2-15
    407:ID/2 400:ID/2 | R0204 P0405
W07 | Received item | 413!:R7/1-7 355!:ID/2 438:AN/12 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 451:AN/1-12
    893:ID/1 235:ID/2 234:AN/1-48 | R0304 P0405 P0607 P1011
W13 | Item exception | 380!:R/1-15 355!:ID/2 412!:ID/2 451:AN/1-12 853:ID/2
W14 | Receipt totals | 413!:R7/1-7 382:R/1-10 452:R9/1-9 414:N0/1-7 80:N0/1-7
W15 | Warehouse adjustment | 373!:DT/8 31:AN/1-22 31:AN/1-22 353:ID/2 640:ID/2 306:ID/1-2 | P0203
W19 | Adjusted item | 181!:ID/2 477!:R/1-10 355!:ID/2 438:AN/12 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48
    451:AN/1-12 81:R/1-10 187:ID/1-2 188:ID/1 81:R/1-10 187:ID/1-2 188:ID/1 529:ID/1-2 235:ID/2 234:AN/1-48 |
    R0405 P0506 P0708 C101112 C131415 P1718
W20 | Item details | 356:N0/1-6 357:R8/1-8 355:ID/2 81:R/1-10 187:ID/1-2 188:ID/1 395:R8/1-8 183:R8/1-8
    355:ID/2 397:AN/1-10 | P0203 P040506 P0809
N1 | Party | 98!:AN/2-3 93:AN/1-60 66:ID/1-2 67:AN/2-80 706:ID/2 98:AN/2-3 | R0203 P0304
N2 | Party name | 93!:AN/1-60 93:AN/1-60
N3 | Street | 166!:AN/1-55 166:AN/1-55
N4 | Place | 19:AN/2-30 156:AN/2 116:AN/3-15 26:AN/2-3 309:ID/1-2 310:AN/1-30 | C0605
PER | Contact | 366!:ID/2 93:AN/1-60 365:ID/2 364:AN/1-80 365:ID/2 364:AN/1-80 365:ID/2 364:AN/1-80
    443:AN/1-20 | P0304 P0506 P0708
N9 | Reference | 128!:AN/2-3 127:AN/1-30 369:AN/1-45 373:DT/8 337:TM/4-8 623:ID/2 C040 | R0203 C0605 P0910
    P1112
G61 | Contact | 366!:ID/2 93!:AN/1-60 365:ID/2 364:AN/1-80 443:AN/1-20 | P0304
G62 | Date | 432:ID/2 373:DT/8 176:ID/1-2 337:TM/4-8 623:ID/2 | R0103 P0102 P0304
G69 | Item description | 369!:AN/1-45
G72 | Allowance or charge | 340!:ID/1-3 331!:ID/2 341:AN/1-16 769:AN/1-16 359:R/1-15 339:R/1-10 355:ID/2
    360:N2/1-15 332:R6/1-6 828:R9/1-9 770:AN/1-20 | R03050809 E050809 P0607 P0910 C1103
NTE | Note | 363:ID/3 352!:AN/1-80
MAN | Marks and numbers | 88!:ID/1-2 87!:AN/1-48 87:AN/1-48 88:ID/1-2 87:AN/1-48 87:AN/1-48 | P0405 C0605
LX | Line | 554!:N0/1-6
R2 | Route | 140!:AN/2-4 133!:ID/1-2 19:AN/2-30 154:AN/6-9 177:AN/1-2 91:ID/1-2 296:AN/2-4 296:AN/2-4
    76:AN/1-22 373:DT/8 369:AN/1-45 56:ID/2 742:AN/1-35 | C0807
W09 | Equipment and temperature | 40!:ID/2 408:R4/1-4 355:ID/2 408:R4/1-4 355:ID/2 3:AN/1-60 1122:ID/1
    488:N0/1-3 380:R/1-15 | P0203 P0405
QTY | Quantity | 673!:ID/2 380:R/1-15 C001 61:AN/1-30 | R0204 E0204
AMT | Amount | 522!:ID/1-3 782!:R/1-18 478:ID/1
BIA | Inventory advice | 353!:ID/2 755!:ID/2 127!:AN/1-30 373!:DT/8 337:TM/4-8 306:ID/1-2
LIN | Item | 350:AN/1-20 235!:ID/2 234!:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48
    235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48
    235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48
    235:ID/2 234:AN/1-48 | P0405 P0607 P0809 P1011 P1213 P1415 P1617 P1819 P2021 P2223 P2425 P2627 P2829 P3031
PID | Product description | 349!:ID/1 750:ID/2-3 559:ID/2 751:AN/1-12 352:AN/1-80 752:ID/2 822:AN/1-15
    1073:ID/1 819:AN/2-3 | C0403 R0405 C0703 C0804 C0905
DTM | Date | 374!:ID/3 373:DT/8 337:TM/4-8 623:ID/2 1250:ID/2-3 1251:AN/1-35 | R020305 C0403 P0506
CTT | Totals | 354!:N0/1-6 347:R/1-10 81:R/1-10 355:ID/2 183:R8/1-8 355:ID/2 352:AN/1-80 | P0304 P0506
REF | Reference | 128!:AN/2-3 127:AN/1-30 352:AN/1-80 C040 | R0203 P0607 P0809
BGN | Beginning | 353!:ID/2 127!:AN/1-30 373!:DT/8 337:TM/4-8 623:ID/2 127:AN/1-30 640:ID/2 306:ID/1-2 786:ID/1-2 |
    C0504
RDR | Return reason | 1292:ID/2 1293:ID/2 1294:ID/2 352:AN/1-80
PRF | Purchase order reference | 324!:AN/1-22 328:AN/1-30 327:AN/1-8 373:DT/8 367:AN/1-30 92:ID/2
BLI | Returned item | 235!:ID/2 234!:AN/1-48 380:R/1-15 355:ID/2 236:ID/3 212:R/1-17 355:ID/2 235:ID/2 234:AN/1-48
    235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 | P0506 C0706 P0809 P1011 P1213
LM | Code source | 559!:ID/2 822:AN/1-15
LQ | Code of an industry | 1270:ID/1-3 1271:AN/1-30 | C0102
BCT | Catalog | 683!:ID/2 684:AN/1-15 685:AN/1-15 686:AN/1-6 355:ID/2 684:AN/1-15 685:AN/1-15 686:AN/1-6
    352:AN/1-80 353:ID/2
CTP | Price | 687:ID/2 236:ID/3 212:R/1-17 380:R/1-15 C001 648:ID/3 649:R/1-10 782:R/1-18 639:ID/2 499:R/1-10
    289:N0/1-2 | P0405 C0607 C0902 C1002 C1103
AK1 | Acknowledged group | 479!:ID/2 28!:N0/1-9
AK2 | Acknowledged set | 143!:ID/3 329!:AN/4-9
AK3 | Segment in error | 721!:AN/2-3 719!:N0/1-6 447:AN/1-6 720:ID/1-3
AK4 | Element in error | C030! 725:N0/1-4 723!:ID/1-3 724:AN/1-99
AK5 | Verdict on the set | 717!:ID/1 718:ID/1-3 718:ID/1-3 718:ID/1-3 718:ID/1-3 718:ID/1-3
AK9 | Verdict on the group | 715!:ID/1 97!:N0/1-6 123!:N0/1-6 2!:N0/1-6 716:ID/1-3 716:ID/1-3 716:ID/1-3
    716:ID/1-3 716:ID/1-3
AAA | Request refused | 1073!:ID/1 559:ID/2 901:ID/2 889:ID/1
BNX | Rail shipment | 460:ID/1 129:AN/1-13 11:ID/1 223:N0/5
CRC | Conditions | 1136!:ID/2 1073!:ID/1 1321!:ID/2 1321:ID/2 1321:ID/2 1321:ID/2 1321:ID/2
CRD | Country of origin | 26!:AN/2-3 522:ID/1-3 782:R/1-18 488:N0/1-3 | P0203 R0304
CS | Contract | 367:AN/1-30 327:AN/1-8 328:AN/1-30 128:AN/2-3 127:AN/1-30 324:AN/1-22 560:ID/2-10 433:ID/2
    954:R/1-10 954:R/1-10 782:R/1-18 336:ID/2 560:ID/2-10 355:ID/2 212:R/1-17 336:ID/2 1073:ID/1 1073:ID/1 |
    P0405
CTB | Restriction | 688!:ID/2 352:AN/1-80 673:ID/2 380:R/1-15 522:ID/1-3 610:N2/1-15 | R020406 P0304 P0506
CUR | Currency | 98!:AN/2-3 100!:AN/3 280:R/4-10 98:AN/2-3 100:AN/3 669:ID/3 374:ID/3 373:DT/8 337:TM/4-8
    374:ID/3 373:DT/8 337:TM/4-8 374:ID/3 373:DT/8 337:TM/4-8 374:ID/3 373:DT/8 337:TM/4-8 374:ID/3 373:DT/8
    337:TM/4-8 | C0807 C0907 L101112 C1110 C1210 L131415 C1413 C1513 L161718 C1716 C1816 L192021 C2019 C2119
DD | Demand detail | 1271:AN/1-30 1270:ID/1-3 128:AN/2-3 127:AN/1-30 1271:AN/1-30 1270:ID/1-3 380:R/1-15
    1073:ID/1 1271:AN/1-30 1270:ID/1-3 | C0201 P030405 C0605 C1009
FA1 | Accounting | 559!:ID/2 1300:AN/4 248:ID/1
FA2 | Accounting data | 1196!:ID/2 1195!:AN/1-80
FOB | Delivery terms | 146!:ID/2 309:ID/1-2 352:AN/1-80 334:ID/2 335:ID/3 309:ID/1-2 352:AN/1-80 54:ID/2
    352:AN/1-80 | C0302 C0405 C0706 C0809
G08 | Damaged goods | 409:N0/1-3 410:N0/1-3 411:R7/1-7 412:ID/2 | P0304
G26 | Promotion dates | 290!:ID/2 432:ID/2 373:DT/8 292:ID/3 380:R/1-15 355:ID/2 | P0203 P040506
G36 | Price list | 439!:AN/1-16 440:AN/1-16 373!:DT/8 291:ID/3
G38 | Return fee | 782!:R/1-18 591:ID/3 1292:ID/2
G39 | Item characteristics | 438:AN/12 235:ID/2 234:AN/1-48 152:ID/2-3 395:R8/1-8 187:ID/1-2 188:ID/1 65:R8/1-8
    355:ID/2 189:R8/1-8 355:ID/2 82:R8/1-8 355:ID/2 183:R8/1-8 355:ID/2 416:N0/6 356:N0/1-6 357:R8/1-8 355:ID/2
    397:AN/1-10 398:R/1-10 876:AN/1-3 235:ID/2 234:AN/1-48 187:ID/1-2 395:R8/1-8 810:N0/1-6 103:AN/3-5 | R0102
    P0203 P050607 P0607 P0809 P1011 P1213 P1415 P1819 P2324 P2526
G40 | Quantity price | 417:AN/1-3 418!:R9/1-9 419:R9/1-9 369:AN/1-45 420:N2/2-7 421:N2/2-7 355:ID/2 236:ID/3
    1470:N0/1-9
G43 | Promotion area | 771!:ID/1-3 767:AN/1-12 352:AN/1-80 687:ID/2
G53 | Maintenance kind | 875!:ID/3
G54 | Pack contents | 380!:R/1-15 355!:ID/2 438:AN/12 235:ID/2 234:AN/1-48 369:AN/1-45 | R0304 P0405
G55 | Item measures | 235!:ID/2 234!:AN/1-48 235:ID/2 234:AN/1-48 65:R8/1-8 355:ID/2 189:R8/1-8 355:ID/2
    82:R8/1-8 355:ID/2 183:R8/1-8 355:ID/2 356:N0/1-6 357:R8/1-8 355:ID/2 878:AN/1-20 878:AN/1-20 879:AN/3
    880:N0/1-4 881:R8/1-8 1073:ID/1 397:AN/1-10 395:R8/1-8 187:ID/1-2 188:ID/1 395:R8/1-8 187:ID/1-2 188:ID/1
    235:ID/2 234:AN/1-48 369:AN/1-45 810:N0/1-6 103:AN/3-5 | P0304 P0506 P0708 P0910 P1112 P1415 P232425 P262728
    P2930
G66 | Transport instructions | 146:ID/2 91:ID/1-2 399:ID/1 400:ID/2 387:AN/1-35 433:ID/2 434:AN/1-30
G93 | Price bracket | 417:AN/1-3 380:R/1-15 355:ID/2 369:AN/1-45 91:ID/1-2 236:ID/3 306:ID/1-2 1073:ID/1 | P0203
GF | Furnished goods | 128:AN/2-3 127:AN/1-30 367:AN/1-30 782:R/1-18 128:AN/2-3 127:AN/1-30 328:AN/1-30
    128:AN/2-3 127:AN/1-30 | P0102 P0506 P0809
ITD | Terms of sale | 336:ID/2 333:ID/1-2 338:R6/1-6 370:DT/8 351:N0/1-3 446:DT/8 386:N0/1-3 362:N2/1-10 388:DT/8
    389:N2/1-10 342:R5/1-5 352:AN/1-80 765:N0/1-2 107:ID/1-2 954:R/1-10 | L03040513 L08040513 L091011
LDT | Lead time | 345!:ID/2 380!:R/1-15 344!:ID/2 373:DT/8
LE | Loop end | 447!:AN/1-6
LEP | Hazard approval | 806:AN/4-6 807:AN/12-16 156:AN/2 127:AN/1-30 | P0304
LFG | Hazard class | 352!:AN/1-80 215!:AN/1-30 277!:AN/6 218!:AN/14-40 254:AN/1-3 1577:ID/1
LFH | Hazard information | 808!:ID/3 809!:AN/1-25 809:AN/1-25 1023:ID/1 355:ID/2 380:R/1-15 380:R/1-15 | P0506
LH1 | Hazardous goods | 355!:ID/2 80!:N0/1-7 277:AN/6 200:AN/1-6 22:AN/1-30 355:ID/2 380:R/1-15 595:ID/1 665:ID/1
    254:AN/1-3 1375:AN/1-5
LH2 | Hazard classification | 215:AN/1-30 983:ID/1 218:AN/14-40 222:AN/4-25 759:ID/2 355:ID/2 408:R4/1-4 355:ID/2
    408:R4/1-4 355:ID/2 408:R4/1-4 | P0607 P0809 P1011
LH3 | Hazard shipping name | 224:AN/1-25 984:ID/1 985:ID/3 1073:ID/1 | P0102
LH4 | Emergency response | 238:AN/1-12 364:AN/1-80 254:AN/1-3 230:AN/1-3 230:AN/1-3 230:AN/1-3 271:ID/1-2
    267:N0/1-6 805:AN/1-25 986:ID/1 364:AN/1-80 355:ID/2 | P0812
LH6 | Hazard certificate | 93:AN/1-60 272:ID/1 273:AN/1-25 273:AN/1-25 | P0203
LHR | Hazard reference | 128!:AN/2-3 127!:AN/1-30 373:DT/8
LHT | Hazard zone | 215:AN/1-30 218:AN/14-40 222:AN/4-25
LS | Loop start | 447!:AN/1-6
MEA | Measurements | 737:ID/2 738:ID/1-3 739:R/1-18 C001 740:R/1-18 741:R/1-18 935:ID/2 936:ID/2 752:ID/2
    1373:ID/2-4 | R03050608 C0504 C0604 L07030506 E0803
MTX | Text | 363:ID/3 1551:AN/1-760 1551:AN/1-760 934:ID/2 | C0102 C0302
PAL | Pallet | 883:ID/1-2 884:N0/1-3 885:N0/1-3 356:N0/1-6 395:R8/1-8 355:ID/2 82:R8/1-8 189:R8/1-8 65:R8/1-8
    355:ID/2 384:R9/1-9 355:ID/2 385:R9/1-9 355:ID/2 399:ID/1 810:N0/1-6 | P0506 C0710 C0810 C0910 L10070809
    P1112 P1314
PAM | Period amount | 673:ID/2 380:R/1-15 C001 522:ID/1-3 782:R/1-18 344:ID/2 374:ID/3 373:DT/8 337:TM/4-8
    374:ID/3 373:DT/8 337:TM/4-8 1004:ID/1-2 954:R/1-10 1073:ID/1 | P010203 R020514 P0405 C0706 P0607 L070809
    C0807 C0907 L101112 C1110 P1314
PCT | Percent | 1004!:ID/1-2 954!:R/1-10
PKG | Packaging | 349:ID/1 753:ID/1-5 559:ID/2 754:AN/1-7 352:AN/1-80 400:ID/2 | C0403 R040506 C0501
PKL | Pack level | 235!:ID/2 234!:AN/1-48 355!:ID/2 380!:R/1-15 65:R8/1-8 189:R8/1-8 677:R6/1-6 355:ID/2
    384:R9/1-9 355:ID/2 385:R9/1-9 355:ID/2 1073:ID/1 | C0508 C0608 C0708 L08050607 P0910 P1112
PO1 | Order item | 350:AN/1-20 330:R/1-15 355:ID/2 212:R/1-17 639:ID/2 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48
    235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48
    235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 | C0302 C0504 P0607 P0809 P1011 P1213 P1415
    P1617 P1819 P2021 P2223 P2425
PO4 | Item packing | 356:N0/1-6 357:R8/1-8 355:ID/2 103:AN/3-5 187:ID/1-2 384:R9/1-9 355:ID/2 385:R9/1-9 355:ID/2
    82:R8/1-8 189:R8/1-8 65:R8/1-8 355:ID/2 810:N0/1-6 752:ID/2 350:AN/1-20 350:AN/1-20 1470:N0/1-9 | P0203 C0506
    P0607 P0809 C1013 C1113 C1213 L13101112 C1716 C1804
R4 | Port | 115!:ID/1 309:ID/1-2 310:AN/1-30 114:AN/2-24 26:AN/2-3 174:AN/2-30 113:AN/1-4 156:AN/2 | P0203
SAC | Service, allowance or charge | 248!:ID/1 1300:AN/4 559:ID/2 1301:AN/1-10 610:N2/1-15 378:ID/1 332:R6/1-6
    118:R9/1-9 355:ID/2 380:R/1-15 380:R/1-15 331:ID/2 127:AN/1-30 770:AN/1-20 352:AN/1-80 819:AN/2-3 | R0203
    P0304 P0607 P0910 C1110 L130204 C1413 C1615
SCH | Schedule | 380!:R/1-15 355!:ID/2 98:AN/2-3 93:AN/1-60 374!:ID/3 373!:DT/8 337:TM/4-8 374:ID/3 373:DT/8
    337:TM/4-8 326:AN/1-45 350:AN/1-20 | C0304 L080910 C0908 C1008
SDQ | Destinations and quantities | 355!:ID/2 66:ID/1-2 67!:AN/2-80 380!:R/1-15 67:AN/2-80 380:R/1-15 67:AN/2-80
    380:R/1-15 67:AN/2-80 380:R/1-15 67:AN/2-80 380:R/1-15 67:AN/2-80 380:R/1-15 67:AN/2-80 380:R/1-15 67:AN/2-80
    380:R/1-15 67:AN/2-80 380:R/1-15 67:AN/2-80 380:R/1-15 310:AN/1-30 | P0506 P0708 P0910 P1112 P1314 P1516
    P1718 P1920 P2122
SI | Service codes | 559!:ID/2 1000!:AN/2 234!:AN/1-48 1000:AN/2 234:AN/1-48 1000:AN/2 234:AN/1-48 1000:AN/2
    234:AN/1-48 1000:AN/2 234:AN/1-48 1000:AN/2 234:AN/1-48 1000:AN/2 234:AN/1-48 1000:AN/2 234:AN/1-48 1000:AN/2
    234:AN/1-48 1000:AN/2 234:AN/1-48 | P0405 P0607 P0809 P1011 P1213 P1415 P1617 P1819 P2021
SLN | Subline | 350!:AN/1-20 350:AN/1-20 662!:ID/1 380:R/1-15 C001 212:R/1-17 639:ID/2 662:ID/1 235:ID/2
    234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2
    234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 235:ID/2 234:AN/1-48 | P0405 C0706
    C0806 P0910 P1112 P1314 P1516 P1718 P1920 P2122 P2324 P2526 P2728
TC2 | Commodity | 23!:ID/1 22!:AN/1-30
TD1 | Carrier packing | 103:AN/3-5 80:N0/1-7 23:ID/1 22:AN/1-30 79:AN/1-50 187:ID/1-2 81:R/1-10 355:ID/2
    183:R8/1-8 355:ID/2 | C0102 C0304 C0607 P0708 P0910
TD3 | Carrier equipment | 40:ID/2 206:AN/1-4 207:AN/1-10 187:ID/1-2 81:R/1-10 355:ID/2 102:ID/1 407:ID/2
    225:AN/2-15 24:AN/4 | E0110 C0203 C0405 P0506
TD4 | Carrier special handling | 152:ID/2-3 208:ID/1 209:AN/1-4 352:AN/1-80 1073:ID/1 | R010204 C0203
TD5 | Carrier routing | 133:ID/1-2 66:ID/1-2 67:AN/2-80 91:ID/1-2 387:AN/1-35 368:ID/2 309:ID/1-2 310:AN/1-30
    731:ID/2 732:ID/2 733:R4/1-4 284:ID/2 284:ID/2 284:ID/2 26:AN/2-3 | R0204050612 C0203 C0708 C1011 C1312 C1413
    C1512
TXI | Tax | 963!:ID/2 782:R/1-18 954:R/1-10 955:ID/2 956:AN/1-10 441:ID/1 662:ID/1 828:R9/1-9 325:AN/1-20
    350:AN/1-20 | R020306 P0405 C0803
UIT | Unit | C001! 212:R/1-17 639:ID/2 | C0302
W18 | Receipt temperatures | 456!:ID/2 408!:R4/1-4 355:ID/2
W6 | Special handling | 152!:ID/2-3 152:ID/2-3 152:ID/2-3 152:ID/2-3
YNQ | Question | 1321:ID/2 1073!:ID/1 1250:ID/2-3 1251:AN/1-35 933:AN/1-264 933:AN/1-264 933:AN/1-264 1270:ID/1-3
    1271:AN/1-30 933:AN/1-264 | E010910 P0304 C0908
TA1 | Interchange acknowledgement | I12!:N0/9 I08!:DT/6 I09!:TM/4 I17!:ID/1 I18!:ID/3
IK3 | Segment in error | 721!:AN/2-3 719!:N0/1-10 447:AN/1-4 620:ID/1-3
IK4 | Element in error | C030! 725:N0/1-4 621!:ID/1-3 724:AN/1-99
IK5 | Verdict on the set | 717!:ID/1 618:ID/1-3 618:ID/1-3 618:ID/1-3 618:ID/1-3 618:ID/1-3
CTX | Context | C998! 721:AN/2-3 719:N0/1-10 447:AN/1-4 C030 C999
"""
"""`segment | name | elements | conditions`. An element is `data element[!]:type/lengths`, `!` for mandatory; `C…`
is a composite, of which only the presence is checked. Conditions are the standard's: P all or none, R at least
one, E at most one, C the first needs the others, L the first needs one of the others."""

CODES: Mapping[tuple[str, int], frozenset[str]] = {
    ("W05", 1): frozenset("BCDEFGLNRSTX"),
    ("W06", 1): frozenset("ABCFJKNOPRSXY"),
    ("AK5", 1): frozenset("AEMRWX"),
    ("AK9", 1): frozenset("AEMPRWX"),
    ("ISA", 14): frozenset("01"),
    ("ISA", 15): frozenset("IPT"),
    ("GS", 7): frozenset("TX"),
}
"""Code lists that are checked, by segment and element."""

PERIOD = "1251"
"""The data element that holds a date or a period in the format that the element before it says."""


@frozen
class ElementSpec:
    """One element: its data element number, whether it must be there, its type and its lengths in characters.

    Types are the standard's: `AN` text, `ID` code, `N0`…`N9` number with implied decimals, `R` decimal number,
    `DT` date, `TM` time; `COMP` is a composite.
    """

    number: str
    is_mandatory: bool
    type: str
    shortest: int
    longest: int


@frozen
class Condition:
    """A condition between elements, by their places: `kind` is P, R, E, C or L."""

    kind: str
    places: tuple[int, ...]

    def holds(self, filled: frozenset[int]) -> bool:
        """Whether it holds where the elements at the places `filled` have a value."""
        first, others = self.places[0], self.places[1:]
        there = filled.intersection(self.places)
        match self.kind:
            case "P":
                return len(there) in (0, len(self.places))
            case "R":
                return bool(there)
            case "E":
                return len(there) <= 1
            case "C":
                return first not in filled or filled.issuperset(others)
            case _:
                return first not in filled or not filled.isdisjoint(others)

    def __str__(self) -> str:
        return self.kind + "".join(f"{place:02}" for place in self.places)


@frozen(slots=False)
class SegmentSpec:
    """One segment: what it is called, its elements, and the conditions between them."""

    id: str
    name: str
    elements: tuple[ElementSpec, ...]
    conditions: tuple[Condition, ...]

    @cached_property
    def mandatory(self) -> tuple[int, ...]:
        """The places of the elements that must be there."""
        return tuple(place for place, one in enumerate(self.elements, start=1) if one.is_mandatory)


_ELEMENT = re.compile(r"(?P<number>\w+)(?P<must>!?)(?::(?P<type>\w+)/(?P<shortest>\d+)(?:-(?P<longest>\d+))?)?")


def _element(text: str) -> ElementSpec:
    found = _ELEMENT.fullmatch(text)
    assert found is not None, text
    if found["type"] is None:
        return ElementSpec(found["number"], bool(found["must"]), "COMP", 1, 999)
    longest = int(found["longest"] or found["shortest"])
    return ElementSpec(found["number"], bool(found["must"]), found["type"], int(found["shortest"]), longest)


def _condition(text: str) -> Condition:
    return Condition(text[0], tuple(int(text[at : at + 2]) for at in range(1, len(text), 2)))


def _read(table: str) -> dict[str, SegmentSpec]:
    found = {}
    for line in re.sub(r"\n    ", " ", table.strip()).splitlines():
        id_, name, elements, *conditions = line.split(" | ")
        found[id_] = SegmentSpec(
            id_,
            name,
            tuple(map(_element, elements.split())),
            tuple(map(_condition, " ".join(conditions).split())),
        )
    return found


SEGMENTS: Mapping[str, SegmentSpec] = _read(_TABLE)
"""Every segment that is known, by its id."""
