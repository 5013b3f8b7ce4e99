using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram;

/// <summary>A person with Telegram. What they do without saying where, they do in the private chat with the first bot.</summary>
internal sealed class FakePerson(FakeTelegram telegram, FakeUser user)
{
    public FakeUser User => user;

    public long Id => user.Id;

    /// <summary>In the private chat with the first bot.</summary>
    public FakeVoice Private => With(telegram.Bot);

    /// <summary>In the private chat with a bot.</summary>
    public FakeVoice With(FakeBot bot) => new(telegram, user, telegram.World.PrivateChat(bot, user), bot, null);

    /// <summary>In a group; in a forum without a topic: in General.</summary>
    public FakeVoice In(FakeGroup group, FakeTopic? topic = null) => new(telegram, user, group.Chat, null, topic);

    public Task<FakeMessage> SaysAsync(string text, FakeMessage? replyTo = null) => Private.SaysAsync(text, replyTo);

    public Task<FakeMessage> StartsAsync(string? payload = null) => Private.StartsAsync(payload);

    public Task<FakeMessage> SendsPhotoAsync(byte[] content, string? caption = null) => Private.SendsPhotoAsync(content, caption);

    public Task<FakeMessage> SendsDocumentAsync(string name, byte[] content, string mimeType = "application/octet-stream", string? caption = null, long? size = null) =>
        Private.SendsDocumentAsync(name, content, mimeType, caption, size);

    public Task<FakeMessage> SendsVoiceAsync(byte[] content, int seconds = 3) => Private.SendsVoiceAsync(content, seconds);

    public Task EditsAsync(FakeMessage message, string text) => Private.EditsAsync(message, text);

    /// <summary>In whatever chat the message stands.</summary>
    public Task<FakeCallback> PressAsync(FakeMessage message, string label) => Private.PressAsync(message, label);

    /// <inheritdoc cref="FakeVoice.PressDataAsync"/>
    public Task<FakeCallback> PressDataAsync(FakeMessage message, string data) => Private.PressDataAsync(message, data);

    public Task BlocksAsync() => Private.BlocksAsync();

    public Task UnblocksAsync() => Private.UnblocksAsync();
}
