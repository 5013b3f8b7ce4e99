using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using EncodedWords = OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers.EncodedWords;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading;

/// <summary>What is written is read again, however the bytes come.</summary>
public sealed class MailPropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(100);

    [Fact]
    public void WrittenMail_Read_IsTheSame() => Check.One(Runs, Prop.ForAll(Mails(), m => Reads(m, new MemoryStream(m.Bytes()))));

    [Fact]
    public void WrittenMail_InRandomPieces_IsTheSame() => Check.One(Runs, Prop.ForAll(Mails(), m =>
    {
        var chance = new Random(m.Seed);
        Reads(m, new OddStream(m.Bytes(), () => chance.Next(1, 40)));
    }));

    [Fact]
    public void WrittenSubject_Read_IsTheSame() => Check.One(Runs, Prop.ForAll(Texts(), text =>
    {
        var clean = OneLine(text);
        var field = HeaderText.Unstructured("Subject", clean)["Subject: ".Length..].Replace("\r\n", "", StringComparison.Ordinal);
        Assert.Equal(clean, EncodedWords.Decode(field));
    }));

    [Fact]
    public void WrittenAddress_Read_IsTheSame() => Check.One(Runs, Prop.ForAll(Texts(), text =>
    {
        var name = OneLine(text).Trim();
        var field = HeaderText.Mailboxes("From", [new(SmtpSamples.Bob, name)])["From: ".Length..].Replace("\r\n", "", StringComparison.Ordinal);
        var read = Assert.Single(AddressParser.Parse(field));
        Assert.Equal((name, SmtpSamples.Bob.ToString()), (read.Name, read.Address));
    }));

    private static void Reads(WrittenMail mail, Stream source)
    {
        var read = ReadMail.FromAsync(source).GetAwaiter().GetResult();
        Assert.Equal(string.IsNullOrWhiteSpace(mail.Text) ? "" : mail.Text.Trim('\n'), read.Text);
        Assert.Equal(mail.Files.Select(f => (f.Name, Convert.ToHexString(f.Content))), read.Files.Select(f => (f.Name!, Convert.ToHexString(f.Content))));
    }

    private static string OneLine(string text) => new string([.. text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\u2028' or '\u2029'))]).Trim();

    private static Arbitrary<string> Texts() => Gen.Elements("plain", "ü", "日本語", "😀", " ", "=?utf-8?Q?x?=", "\"", "\\", "<", "@", ",", "a long run of words that has to be folded somewhere because it is longer than a line may be")
        .ListOf().Select(l => string.Concat(l)).ToArbitrary();

    private static Arbitrary<WrittenMail> Mails()
    {
        var text = Gen.Elements("Hello", "\n", "--b0", "--", ">", "=", " ", "Grüße", "日本", ".", "From x", new string('x', 200)).ListOf().Select(l => string.Concat(l));
        var file = from name in Gen.Elements("a.txt", "b c.pdf", "ä.bin", "quo\"te.x", "long-" + new string('n', 90) + ".txt")
                   from content in Gen.Choose(0, 255).Select(i => (byte)i).ArrayOf()
                   from encoding in Gen.Choose(0, 1)
                   select new WrittenFile(name, content, encoding == 0);
        return (from t in text from files in file.ListOf() from deep in Gen.Choose(0, 3) from seed in Gen.Choose(0, 100_000) select new WrittenMail(t, [.. files.Take(5)], deep, seed)).ToArbitrary();
    }

    private sealed record WrittenFile(string Name, byte[] Content, bool AsBase64);

    /// <summary>A small writer of mails with multiparts within each other.</summary>
    private sealed record WrittenMail(string Text, IReadOnlyList<WrittenFile> Files, int Deep, int Seed)
    {
        public byte[] Bytes()
        {
            StringBuilder mail = new("Subject: test\r\nMIME-Version: 1.0\r\n");
            for (var i = 0; i <= Deep; i++) mail.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=\"=_{i}\"\r\n\r\npreamble\r\n--=_{i}\r\n");
            mail.Append("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n").Append(Base64(Encoding.UTF8.GetBytes(Text)));
            foreach (var file in Files)
            {
                mail.Append(CultureInfo.InvariantCulture, $"\r\n--=_{Deep}\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename*=utf-8''{Uri.EscapeDataString(file.Name)}\r\nContent-Transfer-Encoding: {(file.AsBase64 ? "base64" : "quoted-printable")}\r\n\r\n");
                mail.Append(file.AsBase64 ? Base64(file.Content) : Quoted(file.Content));
            }

            for (var i = Deep; i >= 0; i--) mail.Append(CultureInfo.InvariantCulture, $"\r\n--=_{i}--\r\nepilogue");
            return Encoding.UTF8.GetBytes(mail.ToString());
        }

        private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks);

        private static string Quoted(byte[] bytes) => string.Concat(bytes.Select((b, i) => (b is > 32 and < 127 and not (byte)'=' ? ((char)b).ToString() : $"={b:X2}") + (i % 25 == 24 ? "=\r\n" : "")));
    }
}
