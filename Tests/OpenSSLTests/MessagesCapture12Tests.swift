extension Captured {
    /// TLS 1.2 with ALPN, an RSA certificate and a refused renegotiation.
    static let tls12: [Captured] = [
        Captured(
            .sent, "client_hello",
            """
            010000dd0303d9cda060f7907bce06c7699fcc1b5dc01d4f5363e389530fb89bfcc6a44bb05f000038c02cc030009fcc\
            a9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00\
            ff0100007c00000014001200000f7777772e6578616d706c652e636f6d000b000403000102000a000c000a001d001700\
            1e00190018002300000010000e000c02683208687474702f312e310016000000170000000d002a002804030503060308\
            0708080809080a080b080408050806040105010601030303010302040205020602
            """),
        Captured(
            .received, "server_hello",
            """
            0200004c030311016ebab173ba8b3548baec5b6f3fe55d4f30ddaed27953444f574e4752440100c030000024ff010001\
            00000b000403000102002300000010000b000908687474702f312e3100170000
            """),
        Captured(
            .received, "server_key_exchange",
            """
            0c00012803001d205129df5d93dda8e05370ef01693b4cb883d6e15a1714f9c6ee355bbf57f6693e08040100ba3c407f\
            aa2f92724ab62668ae9fa9f513aa596cfc67695b1a17d4fa579cfc2b8cd2b4559fd6f7c7ea1ccaeb18fcd53de0d7e084\
            619946215f4c4f79ecccc2c21ad0b1b3caf445a6a151dac91ce1d2bfc11640f99721dd4bad5d169e7318e96834f00971\
            910fdcbd61fdfae76c1786db5a1fd5a79791cd1b6929fa8997fa2c35a85081f9b99516563f19dfcae7acb1f1a73fa61d\
            b483df6427aabff903f159b26cf7b29d0d53ab0cf663f42f0ab95fe65bbc044c983b9506c8910d46b2a297e6ebdcfe3c\
            2e578f39f3b1e5dd00f0382710caff47e769a64abbc1d89ecdbffa88adc49f68276eb83436553c97fec20ee53a09b672\
            4587cd52da5068f09488fb9e
            """),
        Captured(
            .received, "server_hello_done",
            "0e000000"),
        Captured(
            .sent, "client_key_exchange",
            "10000021209d700c9ec036eee13f26b0dbc5f8a388d737f717a1f74df6b8dccbcf92376278"),
        Captured(
            .sent, "change_cipher_spec",
            "01"),
        Captured(
            .sent, "finished",
            "1400000c1da76aecfe0462d3d61f5dd9"),
        Captured(
            .received, "new_session_ticket",
            """
            040000b600001c2000b00487622c20c9184518d2e3c170919ce34e427b94a9f24aba49704302e65efb7292a3839e6383\
            be2a89736ef960a4b5077e58720662a6ef5781efd65c512cac4cd017366eef1e239a71f143f88906ea7d25b90fb204a7\
            ffdc3be4a81223b6b8c343d0e031b485685af0ae519a389b78893f851c5c1f362060de0af760234f5fbaf72ba84b7992\
            75005cf6b3bb7f77bf508b95da7802f1d9309370d2c2d92b53486bdb338fc5e903bd7c5549c2cdc04b1a
            """),
        Captured(
            .received, "alert",
            "0164"),
        Captured(
            .sent, "alert",
            "0228"),
    ]

    /// TLS 1.2 with a client certificate, its request and proof.
    static let clientCertificate12: [Captured] = [
        Captured(
            .received, "server_hello",
            """
            0200003d0303d5893a211397f8c5934ff199c3634498e80bff5c823c40ce444f574e4752440100c030000015ff010001\
            00000b0004030001020023000000170000
            """),
        Captured(
            .received, "certificate_request",
            """
            0d000048030102400028040305030603080708080809080a080b08040805080604010501060103030301030204020502\
            06020018001630143112301006035504030c096c6f63616c686f7374
            """),
        Captured(
            .sent, "certificate_verify",
            """
            0f00004a040300463044022070ad741669bdd2ecdd20fe6714039c1d77f5d0386152263d12ad3b471e21d6cc022002c9\
            ac698746fac77b42ebed7f88992a578c0027a2518ad033e60693cd35b72e
            """),
    ]

    /// TLS 1.2 with a Diffie-Hellman key exchange.
    static let finiteField12: [Captured] = [
        Captured(
            .received, "server_hello",
            """
            020000350303dc60895a310117c26c50401b60403d30669e930e24080a05444f574e4752440100009f00000dff010001\
            000023000000170000
            """),
        Captured(
            .received, "server_key_exchange",
            """
            0c00030b0100ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a\
            08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff\
            5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a6916\
            3fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c3290\
            5e462e36ce3be39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2\
            261898fa051015728e5a8aacaa68ffffffffffffffff00010201005032b2380550ea4a416b8bdc698471ca3ca78612fb\
            7d326111f351e20e5111f6ec733897df4c34f1bd66eb574a14d7643ab5051ab14643632fccb27960e290b416935d55b4\
            b17bdef2d284afd8bec0c14d429fc1e1773e186c2441b1fdc21711b60a441c9ebff4de82bc8a77277e3680d02be2a2ac\
            d37a173257192457d7dfea43c68959f406badd5c2e79bf9f3bde0bc0e5158a0bbea1fabfeacb40c1dac6d1ce7ea6716d\
            61e2dfedc16b7d7fc7deeae616a62099a287ec31d03a170716be57eb4a4f50a2b95d42f48a443842781a422dde785e70\
            2e04114f895a9ffa148d40c3344607f0bb5d2f12b63616747d926601faf77a2fe9eb0c1729c340f20d204d08040100af\
            bbd3cf256bedb17fb1b8ff5ae03b0f577f51035e25612c3784c9473b66325e158d8b14ce6878bfc8dd3edb424abc024d\
            54783d427ab06e3071b8a2c877a3a123fd8b8a0b6d019c12f496fbba7489d17c05999b1b6a9d5e474d0e70a22e195431\
            bfe18f9d9ae4f9f89f2506257ca79baf5ed0bcf04763b236a7d58406aa8df56298cd4b58e24ac3d78d98e6cf6888b4af\
            4361cf393281b40e3d494298630316d469e35d600d26d75887668edca5b0d6c0a074d84b2338d200c140ce1257093034\
            17fe62b628a51f90c004bb801d2c0b1859f5adead5ccc3a6329771f1f2c4c7b343bb4afffc60b45e13cc4061619bb40d\
            4331b2a6ddf10bced0867be6d45eb2
            """),
    ]

    /// TLS 1.2 with a PSK, an identity hint and an elliptic key exchange.
    static let psk12: [Captured] = [
        Captured(
            .received, "server_hello",
            """
            02000039030327f309d08b1fc99138966febdbe6b46630dbf394fbd79a3c444f574e4752440100c037000011ff010001\
            00002300000016000000170000
            """),
        Captured(
            .received, "server_key_exchange",
            "0c00002a000468696e7403001d202c96012d1862d0ffb34372c8a00ec14231382a8dd523f2ba45c5824785bd180b"),
    ]

    /// TLS 1.0: signatures without algorithm.
    static let tls10: [Captured] = [
        Captured(
            .sent, "client_hello",
            """
            0100007b03015de3fd02f0e9cc04cb5bea3604558477ca5f224ef089472843cd467331d8bed300002ec00ac014003900\
            3800880087c019003a0089c009c0130033003200450044c0180034004600350084002f004100ff01000024000b000403\
            000102000a000c000a001d0017001e00190018002300000016000000170000
            """),
        Captured(
            .received, "server_hello",
            """
            0200004103012d49b9f017ecbc8b0305b321c18342a61fe6d9983e726e4c5b1e7b95167ad58100c014000019ff010001\
            00000b000403000102002300000016000000170000
            """),
        Captured(
            .received, "server_key_exchange",
            """
            0c00012603001d20154c2f0296a03092a132631239f56ebc97df192a50ba3f662833ef8bf1dc665d0100861d9f503886\
            c9ec4449c5dde30c962ed86b27318b32b9057c0a08470e5fc3e60232bf89356afdcbfe46b76b312235f0df70742b09ac\
            34fd61b0f1a09e022651ff796bc92f0c9a2ed3ea713d8af4c01a49ff81aff0f60d9cb2fcb9f18ada5d54fa777648a831\
            419aecca1964e643d963c3e2eb00f3f8c4812f862bf2b80f805e237d602f9699acc0916d694b42dfbbb4e698182d4f73\
            c49f7a346ec965bda900272cfdd0a8162c6757b7a3929e35cdcb576a98e5e2932a15473f98c3e2cf7ec739370a53e85d\
            881edf697994d86772aeae7e8c27219695279759eff031f22d0d15b2ce0f11790b60204a5d29df39ad26bc28de872081\
            d94f5a9cd95851c85b0b
            """),
        Captured(
            .received, "certificate_request",
            "0d00001e030102400018001630143112301006035504030c096c6f63616c686f7374"),
    ]
}
