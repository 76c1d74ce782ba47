# orm.py - users and their items in SQLite, through SQLAlchemy.
# needs: sqlalchemy
from sqlalchemy import Column, ForeignKey, Integer, String, create_engine
from sqlalchemy.orm import Session, declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = 'users'
    id = Column(Integer, primary_key=True)
    name = Column(String)
    items = relationship('Item', back_populates='user')


class Item(Base):
    __tablename__ = 'items'
    id = Column(Integer, primary_key=True)
    name = Column(String)
    user_id = Column(Integer, ForeignKey('users.id'))
    user = relationship('User', back_populates='items')


engine = create_engine('sqlite://')
Base.metadata.create_all(engine)
total = 0
for turn in range(6):
    with Session(engine) as session:
        for i in range(120):
            session.add(User(name='n%d' % i, items=[Item(name='t%d' % k) for k in range(5)]))
        session.commit()
    with Session(engine) as session:
        total += sum(len(user.items) for user in session.query(User).filter(User.id % 3 == turn % 3).all())
print(total)
