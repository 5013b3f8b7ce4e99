using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram;

/// <summary>A group, supergroup or forum.</summary>
internal sealed class FakeGroup(FakeTelegram telegram, FakeChat chat)
{
    /// <summary>The chat that it is now: another one after <see cref="UpgradeAsync"/>.</summary>
    public FakeChat Chat { get; private set; } = chat;

    public long Id => Chat.Id;

    /// <summary>Makes a topic; the bots see the service message.</summary>
    public FakeTopic AddTopic(string name, FakePerson by) => telegram.World.AddTopic(Chat, by.User, name);

    /// <summary>Changes what a bot is here, with a my_chat_member update: made administrator, restricted, removed, added again.</summary>
    public void SetBot(Membership membership, FakePerson by, FakeBot? bot = null) => telegram.World.SetMembership(bot ?? telegram.Bot, Chat, by.User, membership);

    /// <summary>The group becomes a supergroup; sending to <paramref name="by"/>'s old chat fails from now on.</summary>
    /// <returns>The new chat.</returns>
    public Task<FakeChat> UpgradeAsync(FakePerson by) => Task.FromResult(Chat = telegram.World.Upgrade(Chat, by.User));
}
