using System.Text.Json.Nodes;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.FakePlatforms.Faults;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Telegram;

/// <summary>Files that people send.</summary>
public sealed class FileTests
{
    [Fact]
    public async Task Files_OfAllKinds_ReachTheAgent()
    {
        await using var place = await TelegramPlace.StartAsync();
        var ada = place.Telegram.AddUser("Ada");
        await ada.SendsPhotoAsync([1, 2, 3], "look");
        await ada.SendsDocumentAsync("Bericht/../für dich.pdf", [4, 5], "application/pdf");
        await ada.SendsVoiceAsync([6]);
        await ada.Private.SendsAsync("video", "v.mp4", "video/mp4", [7]);
        await ada.Private.SendsAsync("audio", "a.mp3", "audio/mpeg", [8]);
        var rows = (await place.QuestionsAsync(5)).OrderBy(r => r.Seq).ToList();
        var files = rows.Select(r => Assert.Single(MessageExtras.FromJson(r.Extras)!.Attachments!)).ToList();
        Assert.Equal("look", rows[0].Text.ToString());
        Assert.Equal(["photo.jpg", "Bericht..für dich.pdf", "voice.ogg", "v.mp4", "a.mp3"], files.Select(f => f.Name));
        Assert.Equal(["image/jpeg", "application/pdf", "audio/ogg", "video/mp4", "audio/mpeg"], files.Select(f => f.ContentType));
        byte[][] bytes = [[1, 2, 3], [4, 5], [6], [7], [8]];
        foreach (var (file, content) in files.Zip(bytes)) Assert.Equal(content, await place.BytesAsync(file));
    }

    [Fact]
    public async Task File_TooLarge_IsToldToThePersonAndSaidToTheAgent()
    {
        await using var place = await TelegramPlace.StartAsync(limits: new() { MaxAttachmentBytes = 1_000 });
        var ada = place.Telegram.AddUser("Ada");
        await ada.SendsDocumentAsync("big.bin", new byte[10], caption: "take this", size: 30_000_000);
        var text = (await place.QuestionAsync()).Text.ToString();
        Assert.StartsWith("take this\n[File not received: big.bin: it has 28.6 MB", text, StringComparison.Ordinal);
        await place.Telegram.WaitForMessageAsync(m => m.Text!.StartsWith("The file “big.bin” could not be taken", StringComparison.Ordinal));
        await ada.SendsDocumentAsync("liar.bin", new byte[5_000], size: 10); // larger than it says
        Assert.Contains("liar.bin", (await place.QuestionsAsync(2))[^1].Text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(place.Road.Folder, "*", SearchOption.AllDirectories), f => f.Contains("blobs", StringComparison.Ordinal) && new FileInfo(f).Length == 5_000);
    }

    [Fact]
    public async Task File_ThatCannotBeFetched_CostsTheMessageNothingElse()
    {
        await using var place = await TelegramPlace.StartAsync();
        place.Telegram.Faults.Next("getFile", Fault.Error(500), 2);
        var ada = place.Telegram.AddUser("Ada");
        await ada.SendsDocumentAsync("a.txt", [1]);
        Assert.NotNull(MessageExtras.FromJson((await place.QuestionAsync()).Extras)?.Attachments); // tried again
        place.Telegram.Faults.Next("getFile", Fault.Error(400, "Bad Request: wrong file_id or the file is temporarily unavailable"));
        await ada.SendsDocumentAsync("b.txt", [1], caption: "and this");
        var second = (await place.QuestionsAsync(2)).MaxBy(q => q.Seq)!;
        Assert.StartsWith("and this\n[File not received: b.txt: Telegram said 400", second.Text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(place.Telegram.Token.Split(':')[1], second.Text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_OfAMessageThatIsNotForTheBot_IsNotFetched()
    {
        await using var place = await TelegramPlace.StartAsync();
        place.Telegram.Bot.PrivacyMode = false;
        var ada = place.Telegram.AddUser("Ada");
        var group = place.Telegram.AddSupergroup("Room", ada);
        await ada.In(group).SendsPhotoAsync([1]);
        await place.ConfirmedAsync();
        Assert.Empty(place.Telegram.Calls("getFile"));
    }

    [Fact]
    public async Task Album_InAGroup_IsForTheBotWhenItsCaptionIs()
    {
        await using var place = await TelegramPlace.StartAsync();
        place.Telegram.Bot.PrivacyMode = false;
        var ada = place.Telegram.AddUser("Ada");
        var group = place.Telegram.AddSupergroup("Room", ada);
        await ada.In(group).SendsAlbumAsync([[1], [2], [3]], $"@{place.Telegram.Bot.User.Username} what is this?");
        var rows = await place.QuestionsAsync(3);
        Assert.All(rows, r => Assert.Single(MessageExtras.FromJson(r.Extras)!.Attachments!));
    }

    [Fact]
    public async Task Message_WithoutTextOrFile_IsSaidInWords()
    {
        await using var place = await TelegramPlace.StartAsync();
        var ada = place.Telegram.AddUser("Ada");
        await ada.Private.SendsFieldsAsync(new() { ["location"] = new JsonObject { ["latitude"] = 52.5, ["longitude"] = 13.4 } });
        await ada.Private.SendsFieldsAsync(new() { ["new_chat_title"] = "a note of the platform" });
        await ada.SaysAsync("end");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "end");
        Assert.Equal(["[Location: 52.5, 13.4]", "end"], (await place.QuestionsAsync(2)).OrderBy(q => q.Seq).Select(q => q.Text.ToString()));
    }

    [Fact]
    public async Task Files_OfADuplicate_AreNotKeptTwice()
    {
        await using var place = await TelegramPlace.StartAsync();
        await place.Telegram.AddUser("Ada").SendsDocumentAsync("a.txt", [1, 2, 3]);
        await place.QuestionAsync();
        await place.ConfirmedAsync();
        place.Telegram.Bot.Updates.Repeat();
        await place.ConfirmedAsync();
        await TestWait.UntilAsync(() => place.Telegram.Bot.Updates.Count == 0);
        Assert.Single(place.Telegram.Calls("getFile"));
    }
}
