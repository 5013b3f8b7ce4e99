using System.Security.Cryptography;
using System.Text;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Email.Inbound;

/// <summary>Files and long or hostile texts of mails.</summary>
[Collection(MailServers.Collection)]
[Trait("Category", "Slow")]
public sealed class FileTests(MailServers servers)
{
    [MailServersFact]
    public async Task File_Of25Megabytes_PassesInBoundedMemory()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        const long bound = 16 << 20;
        var (hash, mails) = ("", 1);
        await room.DeliverAsync("warm@example.org", "warm");
        await room.MessagesAsync(1);
        Assert.InRange(await LeastMemory.OfAsync(bound, TakeAsync), long.MinValue, bound);
        var stored = MessageExtras.FromJson((await room.MessagesAsync(2))[1].Extras)!.Attachments!.Single();
        Assert.Equal(("big.bin", 25L * 1024 * 1024), (stored.Name, stored.Size));
        await using var content = await room.Road.Get<IBlobStore>().OpenAsync(room.Channel.Tenant.Id, stored.Blob, default);
        Assert.Equal(hash, Convert.ToHexString(await SHA256.HashDataAsync(content!)));

        async Task<long> TakeAsync()
        {
            await DeliverAsync();
            var idle = GC.GetTotalMemory(forceFullCollection: true);
            long peak = 0;
            await TestWait.UntilAsync(async () =>
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - idle);
                return (await room.Platform.TextsAsync()).Count == mails;
            });
            return peak;
        }

        async Task DeliverAsync()
        {
            var file = new byte[25 * 1024 * 1024];
            new Random(4).NextBytes(file);
            hash = Convert.ToHexString(SHA256.HashData(file));
            await MailServers.DeliverAsync(room.User, WithFile(room, $"big{++mails}@example.org", "big.bin", Convert.ToBase64String(file, Base64FormattingOptions.InsertLineBreaks)));
        }
    }

    [MailServersFact]
    public async Task File_TooLarge_IsNamedAndTheMailIsTaken_NamesAreHarmless()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        room.Platform.Catalog.Change(t => t with { Settings = t.Settings with { MaxAttachmentBytes = 1_000 } });
        await room.DeliverAsync($"""
            From: Ada <ada@example.org>
            To: {room.User.Address}
            Subject: =?utf-8?q?a=0D=0ABcc:_eve@example.org?=
            Message-ID: <f1@example.org>
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/html; charset=utf-8

            <p>Look: <img src="cid:p1@x"></p>
            --b
            Content-Type: image/png
            Content-ID: <p1@x>
            Content-Disposition: inline; filename="..\..\etc/pass=wd.png"
            Content-Transfer-Encoding: base64

            iVBORw0KGgo=
            --b
            Content-Type: application/zip; name="x"
            Content-Disposition: attachment; filename*=utf-8''large%0D%0Afile.zip
            Content-Transfer-Encoding: base64

            {Convert.ToBase64String(new byte[3_000])}
            --b--
            """);
        var message = (await room.MessagesAsync(1))[0];
        var extras = MessageExtras.FromJson(message.Extras)!;
        Assert.Equal("pass=wd.png", Assert.Single(extras.Attachments!).Name);
        Assert.StartsWith("large file.zip: it is larger", Assert.Single(extras.Mail!.Left!), StringComparison.Ordinal);
        Assert.Equal("a Bcc: eve@example.org", extras.Mail.Subject);
        Assert.StartsWith("Look:", message.Text, StringComparison.Ordinal);
    }

    [MailServersFact]
    public async Task Text_TooLong_IsCutAndWholeInAFile_NoTextIsTheSubject()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        var text = string.Join("\n\n", Enumerable.Range(0, 3_000).Select(i => $"Paragraph {i} with some words, and äöü."));
        await room.DeliverAsync("long@example.org", text, headers: "Content-Transfer-Encoding: 8bit");
        var message = (await room.MessagesAsync(1))[0];
        Assert.InRange(Encoding.UTF8.GetByteCount(message.Text), 50_000, 65_536);
        Assert.EndsWith("mail.txt.)", message.Text, StringComparison.Ordinal);
        var whole = MessageExtras.FromJson(message.Extras)!.Attachments!.Single();
        await using var content = await room.Road.Get<IBlobStore>().OpenAsync(room.Channel.Tenant.Id, whole.Blob, default);
        using var reader = new StreamReader(content!);
        Assert.Contains("Paragraph 2999", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        await room.DeliverAsync("empty@example.org", "", subject: "Only a subject");
        Assert.Equal("Only a subject", (await room.MessagesAsync(2))[1].Text);
    }

    [MailServersFact]
    public async Task Mails_WhateverIsInThem_NeverStopTheMailbox()
    {
        await using var room = await MailRoom.StartAsync(servers, answers: false);
        byte[][] hostile =
        [
            [], "\r\n"u8.ToArray(), "no header at all"u8.ToArray(), new byte[5_000], "From: \0\0@\0\r\nSubject: \0\r\n\r\n\0"u8.ToArray(),
            "From: a@b\nSubject: bare LF\n\nx\n.\n"u8.ToArray(), Encoding.ASCII.GetBytes("From: x@example.org\r\nSubject: " + new string('a', 600_000) + "\r\n\r\nx"),
            Encoding.ASCII.GetBytes("From: x@example.org\r\nMessage-ID: <" + new string('i', 5_000) + "@x>\r\n\r\na very long id"),
            Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("X-A: b\r\n", 50_000)) + "From: x@example.org\r\n\r\nx"),
            "From: =?utf-7?Q?+ADw-script+AD4-?= <x@example.org>\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+ADw-script+AD4-"u8.ToArray(),
        ];
        for (var i = 0; i < hostile.Length; i++) await MailServers.DeliverAsync(room.User, hostile[i], i);
        await room.FenceAsync();
        await TestWait.UntilAsync(async () => (await room.Platform.RowsAsync()).Any(r => r.ExternalId!.EndsWith("@long-id.invalid>", StringComparison.Ordinal)));
        Assert.Equal(1, room.Link!.Generation);
        Assert.All(await room.HeldAsync(1), h => Assert.Contains(h.Reason, (string[])["unreadable", "automatic"]));
    }

    private static byte[] WithFile(MailRoom room, string id, string name, string base64) => Encoding.ASCII.GetBytes(
        $"From: ada@example.org\r\nTo: {room.User.Address}\r\nSubject: file\r\nMessage-ID: <{id}>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename={name}\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64}\r\n--b--\r\n");
}
