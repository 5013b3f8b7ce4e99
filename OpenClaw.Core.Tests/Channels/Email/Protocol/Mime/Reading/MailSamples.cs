using System.Text;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading;

/// <summary>Mails written for these tests: one of each kind that the reader has to understand.</summary>
internal static class MailSamples
{
    public const string Plain = """
        From: "Ada L." <ada@example.org>
        To: Bob <bob@example.org>, carol@example.net
        Cc: Team: dan@example.org, "Eve, E." <eve@example.org>;
        Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?utf-8?B?IGF1cw==?= Berlin
        Date: Tue, 5 Mar 2024 10:11:12 +0100 (CET)
        Message-ID: <one@example.org>
        In-Reply-To: <zero@example.org>
        References: <minus@example.org>
         <zero@example.org>
        Auto-Submitted: no
        Return-Path: <ada@example.org>
        List-Id: The list <list.example.org>
        Precedence: Bulk

        Hello Bob,
        how are you?

        """;

    public const string Nested = """
        From: ada@example.org
        Subject: Nested
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="outer"

        This is for old programs.
        --outer
        Content-Type: multipart/alternative; boundary=inner

        --inner
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Gr=C3=BC=C3=9Fe, ein langer Satz der weiter=
         geht.
        --inner
        Content-Type: multipart/related; boundary=third

        --third
        Content-Type: text/html; charset=utf-8

        <p>Grüße <img src="cid:logo@x" alt="Logo"></p>
        --third
        Content-Type: image/png; name=logo.png
        Content-ID: <logo@x>
        Content-Transfer-Encoding: base64

        iVBORw0KGgo=
        --third--
        --inner--
        --outer
        Content-Type: application/pdf
        Content-Disposition: attachment; filename*0*=utf-8''Rech%C3%A4; filename*1="nung.pdf"
        Content-Transfer-Encoding: base64

        SGVsbG8g
        V29ybGQ=
        --outer
        Content-Type: message/rfc822

        From: dan@example.org
        Subject: Forwarded

        Inner text.
        --outer--
        The end.
        """;

    public const string Uu = """
        Subject: uu
        Content-Type: application/octet-stream; name=cat.txt
        Content-Disposition: attachment
        Content-Transfer-Encoding: x-uuencode

        begin 644 cat.txt
        #0V%T
        `
        end
        """;

    public const string Dsn = """
        Return-Path: <>
        From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
        To: ada@example.org
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b
        Content-Type: text/plain

        I'm sorry to have to inform you that your message could not be delivered.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org
        Original-Envelope-Id: reply+2B17

        Final-Recipient: rfc822; nobody@example.net
        Original-Recipient: rfc822;nob+6Fdy@example.net
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 <nobody@example.net>:
         Recipient address rejected: User unknown

        Final-Recipient: rfc822; late@example.net
        Action: delayed
        Status: 4.4.1

        Final-Recipient: rfc822; there@example.net
        Action: delivered
        Status: 2.0.0
        --b
        Content-Type: text/rfc822-headers

        From: ada@example.org
        Subject: Hi
        Message-ID: <sent@example.org>
        --b--
        """;

    public const string Feedback = """
        From: feedback@example.net
        Subject: Complaint
        Content-Type: multipart/report; report-type=feedback-report; boundary=b

        --b
        Content-Type: text/plain

        Somebody complains.
        --b
        Content-Type: message/feedback-report

        Feedback-Type: abuse
        Original-Rcpt-To: <eve@example.net>
        --b
        Content-Type: message/rfc822
        Content-Disposition: inline

        Message-ID: <sent@example.org>
        Subject: Buy

        Buy!
        --b--
        """;

    public const string Vacation = """
        From: bob@example.org
        To: ada@example.org
        Subject: Abwesenheitsnotiz: Hi
        Auto-Submitted: auto-replied (vacation)
        In-Reply-To: <sent@example.org>

        I am away.
        """;

    public const string Html = """
        Subject: html
        Content-Type: text/html; charset=iso-8859-1
        Content-Transfer-Encoding: quoted-printable

        <html><head><title>No</title><style>p{color:red}</style></head><body>
        <div style=3D"display:none">preview text</div>
        <h1>Title &amp; more</h1><p>One<br>two <a href=3D"https://example.org/x">link</a></p>
        <ul><li>first</li><li>second<ol><li>a</li><li>b</li></ol></li></ul>
        <table><tr><th>Name</th><th>Price</th></tr><tr><td>Tea</td><td><p>3 =80</p></td></tr></table>
        <script>alert('x')</script>
        <blockquote type=3D"cite"><p>old <b>words</b></p></blockquote></body></html>
        """;

    public const string Flowed = "Subject: flowed\r\nContent-Type: text/plain; format=flowed; delsp=yes\r\n\r\nThis is one para \r\ngraph.\r\n> quoted \r\n> too\r\n \r\n-- \r\nAda\r\n";

    public const string BrokenBase64 = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\nQUJD RUZH\n=SGkh*QQ==QUJDRA\n\tR0g=IUl KS0w\n\xFFTU1N\n====\nTk5O Tk5\n";

    public const string WrongBoundaries = "Content-Type: multipart/mixed; boundary=outer-is-a-long-one\n\n--outer-is-a-long-one\nContent-Type: multipart/mixed; boundary=A\n\n--Apple-1\nContent-Type: text/plain\n\nOne\n--Apple-1--\n--outer-is-a-long-one\nContent-Type: multipart/alternative\n\n--none-named\nContent-Type: text/html\n\n<b>Two</b>\n--none-named--\n--outer-is-a-long-one--\n";

    public static IReadOnlyList<string> All { get; } = [Plain, Nested, Uu, Dsn, Feedback, Vacation, Html, Flowed, BrokenBase64, WrongBoundaries];

    public static byte[] Bytes(string mail) => Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"));
}
