using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading.Text;

/// <summary>HTML as a reader of plain text would want it.</summary>
public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("a  b\n c", "a b c")]
    [InlineData("<p>a</p><p>b</p>", "a\n\nb")]
    [InlineData("<div>a</div><div>b</div>", "a\nb")]
    [InlineData("a<br>b<br/><br>c", "a\nb\n\nc")]
    [InlineData("<div>a</div><div><br></div><div>b</div>", "a\n\nb")]
    [InlineData("&lt;b&gt; &amp; &euro; &#8364; &nosuch;", "<b> & € € &nosuch;")]
    [InlineData("<a href='https://example.org/x'>here</a>.", "here <https://example.org/x>.")]
    [InlineData("<a href='https://example.org/'>https://example.org</a>", "https://example.org")]
    [InlineData("<a href='mailto:a@b.c'>a@b.c</a>", "a@b.c")]
    [InlineData("<a href='javascript:alert(1)'>x</a>", "x")]
    [InlineData("<a href='https://example.org/'><img src=x></a>", "")]
    [InlineData("<ul><li>a</li><li>b</li></ul>c", "- a\n- b\n\nc")]
    [InlineData("<ol start=3><li>a<li>b</ol>", "3. a\n4. b")]
    [InlineData("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr><tr><td><p>c</p></td><td><p>d</p></td></tr></table>", "a | b\nc | d")]
    [InlineData("a<script>b</script><style>c</style><!-- d -->e<title>f</title>", "ae")]
    [InlineData("<head><meta><title>t</title></head><body>b", "b")]
    [InlineData("<div style='display: none; x:y'>hidden<p>too</p></div>seen", "seen")]
    [InlineData("<span style='font-size:0'>hidden</span>seen", "seen")]
    [InlineData("<p style='display:none'>hidden<p>seen", "seen")]
    [InlineData("seen&zwnj;&nbsp;&zwnj;&nbsp;&#847;", "seen")]
    [InlineData("<img alt='A cat' src=x>", "[image: A cat]")]
    [InlineData("<img alt='pixel' width=1 height=1>", "")]
    [InlineData("a<blockquote type=cite>b<br>c<p>d</p></blockquote>e", "a\n> b\n> c\n>\n> d\n\ne")]
    [InlineData("<blockquote><blockquote>a</blockquote></blockquote>", ">> a")]
    [InlineData("<blockquote style='margin:0; border:none'>a</blockquote>", "a")]
    [InlineData("<pre>a\n  b</pre>", "a\n  b")]
    [InlineData("<b>bold</b><i>er</i>", "bolder")]
    [InlineData("a<hr>b", "a\n---\nb")]
    [InlineData("<b><p>a</b>b</p>", "ab")]
    [InlineData("</div></p>a", "a")]
    [InlineData("a<", "a<")]
    [InlineData("", "")]
    public void Convert_Html_Text(string html, string text) => Assert.Equal(text, HtmlText.Convert(html, 1000));

    [Fact]
    public async Task Mail_OfHtmlOnly_HasText()
    {
        var mail = await ReadMail.FromAsync(MailSamples.Html);
        Assert.Equal("Title & more\n\nOne\ntwo link <https://example.org/x>\n\n- first\n- second\n  1. a\n  2. b\n\nName | Price\nTea | 3 €\n\n> old words", mail.Text);
    }

    [Fact]
    public async Task Mail_OfFlowedText_ParagraphsJoined() =>
        Assert.Equal("This is one paragraph.\n> quotedtoo\n\n-- \nAda", (await ReadMail.FromAsync(MailSamples.Flowed)).Text);
}
