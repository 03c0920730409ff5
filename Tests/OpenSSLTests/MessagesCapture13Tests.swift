extension Captured {
    /// TLS 1.3 with ALPN; the client updates keys twice, the server answers once.
    static let tls13: [Captured] = [
        Captured(
            .sent, "client_hello",
            """
            010001020303cce20e40952c0c2569ac71f0fe737df7166af98e4efd175469515bbcb026edc120e56bcff8089d046bc5\
            3343fc4fef032138a806b349dd67976c4281983594db2c000813021303130100ff010000b100000014001200000f7777\
            772e6578616d706c652e636f6d000b000403000102000a00160014001d0017001e001900180100010101020103010400\
            2300000010000e000c02683208687474702f312e310016000000170000000d001e001c04030503060308070808080908\
            0a080b080408050806040105010601002b0003020304002d00020101003300260024001d0020553ecd4468f12e6cd85b\
            e14fe5b73fb6f2f1aea41774ae4caad586b32e730858
            """),
        Captured(
            .received, "server_hello",
            """
            020000760303512b2cf2ccb06b4dabfc1fc1bcd1b15114286b8bb1c756d3d1d7483fcb73ed3f20e56bcff8089d046bc5\
            3343fc4fef032138a806b349dd67976c4281983594db2c130200002e002b0002030400330024001d002022b4904b11a2\
            74ae154e8ec36de3aedf9de902e33b9ff817b4771f78d2662e22
            """),
        Captured(
            .received, "encrypted_extensions",
            "0800000b0009001000050003026832"),
        Captured(
            .received, "certificate_verify",
            """
            0f00004b04030047304502207a2173865e7e702eefdf469491440bc3b550679b17fabaff50fa639205c953de02210088\
            aaa13d5eebdc8cc222a1b62fbd962b60edc07767852e10c23afa0a3a50a745
            """),
        Captured(
            .received, "finished",
            """
            14000030702d201b86bc47089b218fcfe3f69187afc074c95d2f99973ae7937f452a010c1c832ac64077e6d0f21b8ea1\
            5aafedf0
            """),
        Captured(
            .sent, "change_cipher_spec",
            "01"),
        Captured(
            .received, "new_session_ticket",
            """
            0400003d00001c20db21d5b008000000000000000000208343b8f71565b1647d00e029d0d6c49ccca40d6d7077bd60fc\
            c3c68cd5ca8aa80008002a000400001000
            """),
        Captured(
            .received, "new_session_ticket",
            """
            0400003d00001c203d1aa6db0800000000000000010020316f0d029deff45d78ceb1c81b3d535cb1e90fe587aa2591b4\
            b1170104bc5a690008002a000400001000
            """),
        Captured(
            .sent, "key_update",
            "1800000101"),
        Captured(
            .sent, "key_update",
            "1800000100"),
        Captured(
            .received, "key_update",
            "1800000100"),
        Captured(
            .sent, "close_notify",
            "0100"),
    ]

    /// TLS 1.3 where the server wants P-384 and the client guessed x25519.
    static let retry: [Captured] = [
        Captured(
            .sent, "client_hello",
            """
            010001100303d36a859d503be2cc3967a9887bb7ce3c24ab7366f7b95217c27ea5b7a3efbf4a207a087233f95fec442c\
            25dfbe329037f5a69e6e7344ba6d6221abcf68c1e0abb8003e130213031301c02cc030009fcca9cca8ccaac02bc02f00\
            9ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff01000089000b000403\
            000102000a00060004001d0018002300000016000000170000000d002a0028040305030603080708080809080a080b08\
            0408050806040105010601030303010302040205020602002b0009080304030303020301002d00020101003300260024\
            001d0020aecdcf588585be1d25a239518e59286323405a5d6e5ec8c3146b46780260a632
            """),
        Captured(
            .received, "hello_retry_request",
            """
            020000540303cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c207a087233f95fec442c\
            25dfbe329037f5a69e6e7344ba6d6221abcf68c1e0abb8130200000c002b00020304003300020018
            """),
        Captured(
            .sent, "client_hello",
            """
            010001510303d36a859d503be2cc3967a9887bb7ce3c24ab7366f7b95217c27ea5b7a3efbf4a207a087233f95fec442c\
            25dfbe329037f5a69e6e7344ba6d6221abcf68c1e0abb8003e130213031301c02cc030009fcca9cca8ccaac02bc02f00\
            9ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff010000ca000b000403\
            000102000a00060004001d0018002300000016000000170000000d002a0028040305030603080708080809080a080b08\
            0408050806040105010601030303010302040205020602002b0009080304030303020301002d00020101003300670065\
            0018006104420ece4f98b21b5b57334e13dbe4564c83154e6828e802316f554b199a65f0c13ee76dfc2abe4d973f46b0\
            d82bd121adc2792f2c893b854e098df27978752b3350760526e364f123e27527a180d5d6d4a33d6024caac7dcc23395d\
            9d870f08d6
            """),
        Captured(
            .received, "server_hello",
            """
            020000b70303a61d703a92d89b10805d18ecf99819141281b3e4b902df40d738c641b07d4291207a087233f95fec442c\
            25dfbe329037f5a69e6e7344ba6d6221abcf68c1e0abb8130200006f002b000203040033006500180061047a23bc372a\
            497468a3e8a2fd78e296170ee2e973a27911aa75ac4edebca1117ba84e8a4237ca43cd8451c30a698ba07501991080e8\
            4620091bcd7312e3e0682df76b83e12cff95514f15455bb2c22393fb88ebea68e8c9601cecf5a5c79b96f2
            """),
        Captured(
            .received, "encrypted_extensions",
            "080000020000"),
    ]

    /// TLS 1.3 where a client certificate is demanded and none comes.
    static let clientCertificate13: [Captured] = [
        Captured(
            .received, "server_hello",
            """
            020000760303ddb56399f70420b3a9068bfb79bd8ba37106ba001a65fe71e4b57f1019b533bd20f1988e742fcf9ede32\
            cde79cb0eebd0d9396760c00cd591598f8444fd095d9fd130200002e002b0002030400330024001d0020669968707812\
            34bd8417612529d80919455d048db31d1990e37e3634e0b15410
            """),
        Captured(
            .received, "certificate_request",
            """
            0d000047000044000d00220020040305030603080708080809080a080b08040805080604010501060103030301002f00\
            1a0018001630143112301006035504030c096c6f63616c686f7374
            """),
        Captured(
            .received, "alert",
            "0274"),
    ]

    /// TLS 1.3 resumption with early data.
    static let earlyData: [Captured] = [
        Captured(
            .sent, "client_hello",
            """
            0100013b03039224043634d2389d9dba2cd010bb14890f0b8eea67919b5dfae89e72dcaf4d41204a86dbf99723146124\
            40eb9da90aa142ba40f850978745046a7f5a8845eabf25000813021303130100ff010000ea000b000403000102000a00\
            160014001d0017001e0019001801000101010201030104002300000016000000170000000d001e001c04030503060308\
            0708080809080a080b080408050806040105010601002b0003020304002d00020101003300260024001d00203ea93c20\
            1d67c77a050b64364d8736d616f3255826e42d63201350625b4e7944002a00000029005b00260020c891557b3f63c785\
            0b54c3f04983548a0a669558194469212432b32a7e594995425c034f003130668cb562d823681a2a1c488366c1b4cb7b\
            fae35a23df0bf3aed0cc05ee020ef37a2cce4d76ec3645363167e9e4746b0b
            """),
        Captured(
            .received, "server_hello",
            """
            0200007c0303db472c981008e5531486deef494b2e8a824c2e81a5f7d99da0a0dcbfc2088bf6204a86dbf99723146124\
            40eb9da90aa142ba40f850978745046a7f5a8845eabf251302000034002b0002030400330024001d0020f08ed397f3f9\
            d52c5770333a4d991d86a630663dc89f878001b3a6aba888d864002900020000
            """),
        Captured(
            .received, "encrypted_extensions",
            "080000060004002a0000"),
        Captured(
            .sent, "end_of_early_data",
            "05000000"),
        Captured(
            .received, "new_session_ticket",
            """
            0400003d00001c20e75047790800000000000000000020e9d469c88787e8f28fd48577af2107830fe6381212b86b5710\
            4851bbf41eaf480008002a000400001000
            """),
    ]
}
