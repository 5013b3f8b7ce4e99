using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading.Headers;

/// <summary>What stands in fields, by the standards and as senders write it.</summary>
public sealed class HeaderTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab")]
    [InlineData("=?ISO-8859-1?Q?a?=  b", "a  b")]
    [InlineData("=?ISO-8859-1?Q?a_b?=", "a b")]
    [InlineData("=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€")] // a character cut in two
    [InlineData("=?utf-8?Q?=E2=82?= =?utf-8?Q?=AC?=", "€")]
    [InlineData("=?utf-8*de?Q?ja?=", "ja")]
    [InlineData("=?iso-2022-jp?B?GyRCJUslYyE8JXMbKEI=?=", "ニャーン")]
    [InlineData("=?gb18030?B?xOO6ww==?=", "你好")]
    [InlineData("=?gb2312?B?xOO6ww==?=", "你好")]
    [InlineData("=?euc-kr?B?vsiz5w==?=", "안녕")]
    [InlineData("=?ks_c_5601-1987?B?vsiz5w==?=", "안녕")]
    [InlineData("=?koi8-r?B?8NLJ18XU?=", "Привет")]
    [InlineData("=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет")]
    [InlineData("=?shift_jis?B?g2WDWINn?=", "テスト")]
    [InlineData("=?big5?B?p0Gmbg==?=", "你好")]
    [InlineData("=?utf-7?Q?+AOQ-?=", "ä")]
    [InlineData("=?utf-8?X?abc?=", "=?utf-8?X?abc?=")]
    [InlineData("=?utf-8?B?a*c?=", "=?utf-8?B?a*c?=")]
    [InlineData("=?utf-8?Q?never ends", "=?utf-8?Q?never ends")]
    [InlineData("=?=?=?", "=?=?=?")]
    [InlineData("a =?utf-8?Q?b?=c", "a bc")]
    [InlineData("=?utf-8?Q?a=0D=0ABcc:_x?=", "a  Bcc: x")] // no line end comes out of a header
    [InlineData("=?unknown-charset?Q?=E4?=", "ä")]
    public void EncodedWords_Decode_Text(string field, string text) => Assert.Equal(text, EncodedWords.Decode(field));

    [Theory]
    [InlineData("a@b.c", "|a@b.c")]
    [InlineData("<a@b.c>", "|a@b.c")]
    [InlineData("A B <a@b.c>, C <d@e.f>", "A B|a@b.c,C|d@e.f")]
    [InlineData("\"B, A\" <a@b.c>", "B, A|a@b.c")]
    [InlineData("\"quo\\\"te\" <a@b.c>", "quo\"te|a@b.c")]
    [InlineData("a@b.c (A B)", "A B|a@b.c")]
    [InlineData("=?utf-8?Q?B=2C_A?= <a@b.c>", "B, A|a@b.c")]
    [InlineData("=?utf-8?Q?B,_A?= <a@b.c>", "B, A|a@b.c")]
    [InlineData("\"=?utf-8?Q?=C3=84?=\" <a@b.c>", "Ä|a@b.c")]
    [InlineData("Group: a@b.c, D <d@e.f>;, x@y.z", "|a@b.c,D|d@e.f,|x@y.z")]
    [InlineData("undisclosed-recipients:;", "")]
    [InlineData("a@b.c; d@e.f", "|a@b.c,|d@e.f")]
    [InlineData("other@x.y <a@b.c>", "other@x.y|a@b.c")]
    [InlineData("<@route.one,@route.two:a@b.c>", "|a@b.c")]
    [InlineData("\"john doe\"@b.c", "|\"john doe\"@b.c")]
    [InlineData("a@[IPv6:2001:db8::1]", "|a@[IPv6:2001:db8::1]")]
    [InlineData("a @ b . c", "|a@b.c")]
    [InlineData("a@b.c d@e.f", "|a@b.c,|d@e.f")]
    [InlineData("Name <a@b.c", "Name|a@b.c")]
    [InlineData("<>", "|")]
    [InlineData("just a name", "just a name|")]
    [InlineData("", "")]
    [InlineData(",,;", "")]
    [InlineData("a=", "a=|")]
    [InlineData("=", "=|")]
    [InlineData("=?", "=?|")]
    [InlineData("üñï <a@b.c>", "üñï|a@b.c")]
    public void Addresses_Parse_People(string field, string people) => Assert.Equal(people, string.Join(',', AddressParser.Parse(field).Select(a => $"{a.Name}|{a.Address}")));

    [Theory]
    [InlineData("Tue, 5 Mar 2024 10:11:12 +0100", "2024-03-05T09:11:12")]
    [InlineData("5 Mar 2024 10:11:12 +0100 (Central Europe)", "2024-03-05T09:11:12")]
    [InlineData("Tue, 05 Mar 24 10:11 EST", "2024-03-05T15:11:00")]
    [InlineData("Tue, 5 Mar 99 10:11:12 GMT", "1999-03-05T10:11:12")]
    [InlineData("Tue Mar  5 10:11:12 2024", "2024-03-05T10:11:12")]
    [InlineData("05-Mar-2024 10:11:12 +0000", "2024-03-05T10:11:12")]
    [InlineData("2024-03-05T10:11:12Z", "2024-03-05T10:11:12")]
    [InlineData("Tue, 5 Mar 2024 10:11:60 -0000", "2024-03-05T10:11:59")]
    [InlineData("Tue, 31 Feb 2024 10:11:12 +0000", null)]
    [InlineData("Tue, 5 Mar 2024 59:10 +0000", null)]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    public void Date_Parse_Moment(string field, string? moment) => Assert.Equal(moment, MailDate.Parse(field)?.UtcDateTime.ToString("s"));

    [Theory]
    [InlineData("attachment; filename=plain.txt", "plain.txt")]
    [InlineData("attachment; filename=\"a b.txt\"", "a b.txt")]
    [InlineData("attachment; filename=a b.txt; size=3", "a b.txt")]
    [InlineData("attachment; filename=\"=?utf-8?B?w6QudHh0?=\"", "ä.txt")]
    [InlineData("attachment; filename==?utf-8?B?w6QudHh0?=", "ä.txt")]
    [InlineData("attachment; filename*=utf-8''%C3%A4.txt", "ä.txt")]
    [InlineData("attachment; filename*=iso-8859-1'de'%E4.txt; filename=a.txt", "ä.txt")]
    [InlineData("attachment; filename*0=\"one \"; filename*1=\"two.txt\"", "one two.txt")]
    [InlineData("attachment; filename*1*=%A4.txt; filename*0*=utf-8''%C3", "ä.txt")] // cut within a character, in wrong order
    [InlineData("attachment;; ; filename=a.txt", "a.txt")]
    [InlineData("attachment filename=a.txt", "a.txt")]
    [InlineData("attachment; (comment) filename=a.txt (end)", "a.txt")]
    [InlineData("attachment; filename=\"never ends", "never ends")]
    [InlineData("attachment; filename", null)]
    [InlineData("attachment; filename=a=", "a=")]
    [InlineData("attachment; filename==?", "=?")]
    [InlineData("attachment", null)]
    [InlineData("", null)]
    public void Parameters_Parse_FileName(string field, string? name) => Assert.Equal(name, FieldParameters.Parse(field)["filename"]);

    [Theory]
    [InlineData("<a@b>", "a@b")]
    [InlineData("<a@b> <c@d>", "a@b c@d")]
    [InlineData("<a@b><c@d", "a@b c@d")]
    [InlineData("a@b", "a@b")]
    [InlineData("Your message of Monday <a@b>", "a@b")]
    [InlineData("Your message of Monday", "")]
    [InlineData("", "")]
    public void Ids_Parse_WithoutBrackets(string field, string ids) => Assert.Equal(ids, string.Join(' ', MessageIds.Parse(field)));

    [Fact]
    public async Task RawBytes_InHeaders_Utf8ThenWindows1252()
    {
        var latin = await ReadMail.FromAsync(new MemoryStream(Encoding.Latin1.GetBytes("Subject: Gr\u00FC\u00DFe\r\n\r\n")));
        var utf = await ReadMail.FromAsync("Subject: Grüße\n\n");
        Assert.Equal(("Grüße", "Grüße"), (latin.Header.Subject, utf.Header.Subject));
    }

    [Fact]
    public async Task NullReturnPath_IsEmptyAndNotNull()
    {
        Assert.Equal("", (await ReadMail.FromAsync("Return-Path: <>\n\n")).Header.ReturnPath);
        Assert.Null((await ReadMail.FromAsync("Subject: x\n\n")).Header.ReturnPath);
    }
}
