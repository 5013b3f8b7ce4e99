using System.Text.Json;
using NSubstitute;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Core.Tests.Channels.Telegram;

public sealed class MapperTests : IDisposable
{
    private const string Group = "\"chat\":{\"id\":-100,\"type\":\"supergroup\",\"is_forum\":true}";
    private const string Ada = "\"from\":{\"id\":5,\"is_bot\":false,\"first_name\":\"Ada\",\"last_name\":\"L.\",\"language_code\":\"de\"}";

    private readonly TelegramBot _bot = new(Substitute.For<IChannelConnection>(), new(new(TelegramAccess.CloudUrl), "42:x"), new(42, true, "Bot", "My_Bot", null));

    public void Dispose() => _bot.Dispose();

    [Theory]
    [InlineData("\"text\":\"hello\"", false, false, "hello")]
    [InlineData("\"text\":\"hi @my_bot\",\"entities\":[{\"type\":\"mention\",\"offset\":3,\"length\":7}]", true, false, "hi @my_bot")]
    [InlineData("\"text\":\"hi @other\",\"entities\":[{\"type\":\"mention\",\"offset\":3,\"length\":6}]", false, false, "hi @other")]
    [InlineData("\"text\":\"hi Bot\",\"entities\":[{\"type\":\"text_mention\",\"offset\":3,\"length\":3,\"user\":{\"id\":42}}]", true, false, "hi Bot")]
    [InlineData("\"text\":\"hi @my_bot\"", false, false, "hi @my_bot")]
    [InlineData("\"text\":\"yes\",\"reply_to_message\":{\"message_id\":7,\"from\":{\"id\":42}}", true, false, "yes")]
    [InlineData("\"text\":\"yes\",\"reply_to_message\":{\"message_id\":7,\"from\":{\"id\":43}}", false, false, "yes")]
    [InlineData("\"text\":\"yes\",\"is_topic_message\":true,\"message_thread_id\":7,\"reply_to_message\":{\"message_id\":7,\"from\":{\"id\":42}}", false, false, "yes")]
    [InlineData("\"text\":\"/help me\",\"entities\":[{\"type\":\"bot_command\",\"offset\":0,\"length\":5}]", false, true, "/help me")]
    [InlineData("\"text\":\"/help@MY_BOT me\",\"entities\":[{\"type\":\"bot_command\",\"offset\":0,\"length\":12}]", false, true, "/help me")]
    [InlineData("\"text\":\"see /help\",\"entities\":[{\"type\":\"bot_command\",\"offset\":4,\"length\":5}]", false, false, "see /help")]
    [InlineData("\"caption\":\"@my_bot look\",\"caption_entities\":[{\"type\":\"mention\",\"offset\":0,\"length\":7}],\"photo\":[{\"file_id\":\"x\"}]", true, false, "@my_bot look")]
    [InlineData("\"text\":\"👍 here\",\"entities\":[{\"type\":\"text_link\",\"offset\":3,\"length\":4,\"url\":\"https://x.example/\"}]", false, false, "👍 here (https://x.example/)")]
    public void Group_Message_IsAddressedOrACommand(string fields, bool isAddressed, bool isCommand, string text)
    {
        var mapped = Map($"{Group},{Ada},{fields}")!;
        Assert.Equal((true, isAddressed, isCommand, text), (mapped.IsGroup, mapped.IsAddressed, mapped.IsCommand, mapped.Text.ToString()));
    }

    [Theory]
    [InlineData("\"text\":\"/help@other_bot\",\"entities\":[{\"type\":\"bot_command\",\"offset\":0,\"length\":15}]")]
    [InlineData("\"new_chat_members\":[{\"id\":42}]")]
    [InlineData("\"migrate_to_chat_id\":-1005")]
    [InlineData("\"pinned_message\":{\"message_id\":1}")]
    public void Message_ThatSaysNothingToTheBot_IsNone(string fields) => Assert.Null(Map($"{Group},{Ada},{fields}"));

    [Fact]
    public void Address_HasChatTopicUserAndLanguage()
    {
        Assert.Equal(new("-100", "9", "5", "Ada L.", "de"), Map($"{Group},{Ada},\"is_topic_message\":true,\"message_thread_id\":9,\"text\":\"x\"")!.Address);
        Assert.Equal(new("-100", null, "5", "Ada L.", "de"), Map($"{Group},{Ada},\"message_thread_id\":9,\"text\":\"x\"")!.Address);
        Assert.Equal("11.3", Map($"{Group},{Ada},\"text\":\"x\"")!.ExternalId);
    }

    [Theory]
    [InlineData("\"from\":{\"id\":43,\"is_bot\":true,\"first_name\":\"R\"}", true, false)]
    [InlineData("\"from\":{\"id\":42,\"is_bot\":true,\"first_name\":\"B\"}", true, true)]
    [InlineData("\"from\":{\"id\":1087968824,\"is_bot\":true,\"first_name\":\"Group\"},\"sender_chat\":{\"id\":-100,\"type\":\"supergroup\",\"title\":\"Room\"}", null, null)]
    [InlineData("\"from\":{\"id\":5,\"is_bot\":false,\"first_name\":\"A\"}", null, null)]
    public void Sender_OtherBotsAndOwn_AreFlagged(string from, bool? isBot, bool? isOwn)
    {
        var sender = Map($"{Group},{from},\"text\":\"x\"")!.Extras?.Sender;
        Assert.Equal((isBot, isOwn), (sender?.IsBot, sender?.IsOwn));
    }

    [Fact]
    public void Sender_AnonymousAdministrator_IsTheChat() =>
        Assert.Equal(("-100", "Room"), Map($"{Group},\"from\":{{\"id\":1087968824,\"is_bot\":true,\"first_name\":\"Group\"}},\"sender_chat\":{{\"id\":-100,\"type\":\"supergroup\",\"title\":\"Room\"}},\"text\":\"x\"")!.Address is var a ? (a.UserId, a.UserName) : default);

    [Fact]
    public void Private_IsAlwaysAddressed()
    {
        var mapped = Map($"\"chat\":{{\"id\":5,\"type\":\"private\"}},{Ada},\"text\":\"hello\"")!;
        Assert.Equal((false, true), (mapped.IsGroup, mapped.IsAddressed));
    }

    [Theory]
    [InlineData("7.12", 12L)]
    [InlineData("7.12.button", null)]
    [InlineData("nonsense", null)]
    [InlineData(null, null)]
    public void MessageIdOf_ExternalId(string? id, long? message) => Assert.Equal(message, TelegramMapper.MessageIdOf(id));

    private PlatformMessage? Map(string fields)
    {
        using var document = JsonDocument.Parse($"{{\"message_id\":3,{fields}}}");
        return TelegramMapper.Of(11, UpdateReader.ReadMessage(document.RootElement)!, _bot);
    }
}
