"""Lexicon: the names, colours, cities, words and capitals that Seedling knows by heart."""

NAMES = {
    "en": (
        "Anna Ben Clara David Emma Felix Grace Henry Iris Jack Kate Leo Maria Noah Olga Paul Rosa Sam Tina Victor "
        "Alice Bob Carol Daniel Eva Frank Helen Ivan Julia Karl Laura Max Nina Oscar Peter Ruth Simon Tom Walter "
        "Adam Bella Chris Diana Eric Fiona George Hugo James Linda Mark Nora Oliver Robert Sara Thomas Vera William "
        "Zoe Ada Alan Linus Mia Lily John Lucy Ana Kim Lee Omar Ali Yuki Chen Priya"
    ).split(),
    "zh": "小明 小红 小华 小丽 李雷 王芳 张伟 刘洋 陈静 赵敏 孙悦 周杰 吴磊 林峰 思雨 子涵".split(),
    "ko": "민수 지수 영희 철수 서연 민준 하은 도윤 지우 예준 수빈 현우 유진 은지 태호 소라".split(),
}

COLOURS = {
    "en": "red blue green yellow purple orange black white brown pink grey silver gold turquoise".split(),
    "zh": "红色 蓝色 绿色 黄色 紫色 橙色 黑色 白色 棕色 粉色".split(),
    "ko": "빨간색 파란색 초록색 노란색 보라색 주황색 검은색 하얀색 갈색 분홍색".split(),
}

CITIES = {
    "en": (
        "Milan Naples Munich Hamburg Lyon Boston Chicago Dallas Seattle Denver Miami Toronto Sydney Melbourne Mumbai "
        "Shanghai Osaka Kyoto Busan Geneva Zurich Barcelona Porto Krakow Istanbul Dubai Paris London Berlin Madrid "
        "Rome Tokyo Seoul Beijing Vienna Lisbon Cairo Oslo Prague Athens Dublin Moscow Warsaw"
    ).split(),
    "zh": "北京 上海 广州 深圳 杭州 成都 南京 武汉 西安 重庆 天津 苏州".split(),
    "ko": "서울 부산 인천 대구 대전 광주 울산 수원 제주 전주 포항 춘천".split(),
}

WORDS = (
    "apple river stone cloud table house garden window candle pencil bridge forest mountain ocean summer winter "
    "silver paper bottle basket button camera carpet circle coffee cotton dragon engine feather flower hammer island "
    "jacket kitchen ladder lemon mirror needle onion pepper pillow planet rabbit ribbon rocket saddle shadow spider "
    "spoon square ticket tiger tunnel turtle valley violin wagon water whistle yellow zebra cat dog sun moon tree "
    "book bread fish bird one two three red blue green hello world"
).split()

CAPITALS = {
    "en": dict(
        pair.split(":")
        for pair in (
            "France:Paris Germany:Berlin Italy:Rome Spain:Madrid Portugal:Lisbon Ireland:Dublin Norway:Oslo "
            "Sweden:Stockholm Denmark:Copenhagen Finland:Helsinki Poland:Warsaw Austria:Vienna Hungary:Budapest "
            "Greece:Athens Turkey:Ankara Russia:Moscow Ukraine:Kyiv China:Beijing Japan:Tokyo Thailand:Bangkok "
            "Vietnam:Hanoi Indonesia:Jakarta Australia:Canberra Egypt:Cairo Kenya:Nairobi Morocco:Rabat Nigeria:Abuja "
            "Canada:Ottawa Cuba:Havana Chile:Santiago Peru:Lima Colombia:Bogota Switzerland:Bern Belgium:Brussels "
            "Czechia:Prague Iran:Tehran Iraq:Baghdad Croatia:Zagreb Romania:Bucharest Bulgaria:Sofia Iceland:Reykjavik "
            "Korea:Seoul England:London"
        ).split()
    )
    | {
        "South Korea": "Seoul",
        "the United Kingdom": "London",
        "the Netherlands": "Amsterdam",
        "the United States": "Washington",
        "India": "New Delhi",
        "Mexico": "Mexico City",
        "New Zealand": "Wellington",
        "Brazil": "Brasilia",
        "Argentina": "Buenos Aires",
    },
    "zh": dict(
        pair.split(":")
        for pair in (
            "中国:北京 法国:巴黎 德国:柏林 意大利:罗马 西班牙:马德里 葡萄牙:里斯本 英国:伦敦 俄罗斯:莫斯科 日本:东京 韩国:首尔 "
            "泰国:曼谷 越南:河内 埃及:开罗 加拿大:渥太华 美国:华盛顿 澳大利亚:堪培拉 希腊:雅典 波兰:华沙 瑞典:斯德哥尔摩 挪威:奥斯陆"
        ).split()
    ),
    "ko": dict(
        pair.split(":")
        for pair in (
            "한국:서울 대한민국:서울 프랑스:파리 독일:베를린 이탈리아:로마 스페인:마드리드 포르투갈:리스본 영국:런던 러시아:모스크바 일본:도쿄 중국:베이징 "
            "태국:방콕 베트남:하노이 이집트:카이로 캐나다:오타와 미국:워싱턴 호주:캔버라 그리스:아테네 폴란드:바르샤바 스웨덴:스톡홀름 노르웨이:오슬로"
        ).split()
    ),
}
