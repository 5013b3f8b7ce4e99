using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>The pipeline, as a session's mailbox sees it.</summary>
internal interface IMailboxHandler
{
    /// <summary>
    /// Handles the message at the head of the session's mailbox. Whoever ends it calls <see cref="LiveSession.Finished"/>, when the
    /// conclusion is durable; until then the mailbox waits. Must not throw.
    /// </summary>
    void Handle(LiveSession session, MessageRecord message);

    /// <summary>A user's message is durable and goes into its mailbox: what must not wait for its turn there is done now. Quick; must not throw.</summary>
    void Arrived(LiveSession session, MessageRecord message);

    /// <summary>Such a message stands in its mailbox. Quick; must not throw.</summary>
    void Posted(LiveSession session, MessageRecord message) { }

    /// <summary>The user does not want what is being answered any more. Quick; must not throw.</summary>
    void Cancel(LiveSession session) { }

    /// <summary>The user writes something, or stopped. Quick; must not throw.</summary>
    void Typed(LiveSession session, bool on) { }

    /// <summary>
    /// The answer to a message that ends the session there and then (the user's <c>/new</c>), so that whatever the user sends after it belongs to the next
    /// episode; null for all other messages. Asked of every message before it is stored: quick.
    /// </summary>
    MessageRecord? AnswerEnding(LiveSession session, MessageRecord message, ChannelModel channel);

    /// <summary>The session has ended by such a message, durably, and its next episode is there.</summary>
    void EndedByUser(LiveSession session, MessageRecord message, MessageRecord answer);

    /// <summary>An operator does not have the session any more: what waited for them is handled.</summary>
    void LetGo(LiveSession session);
}
